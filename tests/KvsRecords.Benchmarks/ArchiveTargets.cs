namespace KvsRecords.Benchmarks;

/// <summary>What archives of our own stores are meant to reach.</summary>
internal static class ArchiveTargets
{
    public static Target Memory { get; } = new("memory of a download", AtLeast: false, 4, " MiB more than idle");

    public static Target Allocation { get; } = new("allocated for a small record", AtLeast: false, 16, " B");

    public static Target FirstByte { get; } = new("first byte of a million", AtLeast: false, 2, " × of 10");

    public static Target TimePerRecord { get; } = new("time per record of a million", AtLeast: false, 1.2, " × of 10,000");

    public static Target Range { get; } = new("start of a range near the end of a million", AtLeast: false, 200, " ms");

    public static Target Order { get; } = new("small written in random order", AtLeast: false, 1.2, " × in key order");

    public static Target Prefix { get; } = new("1 % of a million by prefix", AtLeast: false, 1.3, " × those alone");

    public static Target Health { get; } = new("health during 64 downloads", AtLeast: false, 100, " ms");

    public static Target Log { get; } = new("log during slow downloads", AtLeast: false, 64, " MB");

    public static Target LogAfterwards { get; } = new("log after slow downloads", AtLeast: false, 1.1, " × its most without");

    public static IEnumerable<Target> All =>
    [
        FirstByte, TimePerRecord, Prefix, Order, Range, Memory, Allocation,
        .. new[] { "small", "mixed" }.SelectMany(store => new[] { Throughput(store), Fairness(store) }), Health,
        Log, LogAfterwards,
    ];

    public static Target Throughput(string store) => new($"64 downloads of {store}, together", AtLeast: true, 1, " × one");

    public static Target Fairness(string store) => new($"slowest of 64 downloads of {store}", AtLeast: false, 2, " × fastest");
}
