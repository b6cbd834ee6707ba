using KvsRecords.Benchmarks.LiveFolder;
using KvsRecords.Benchmarks.UnderLoad;

namespace KvsRecords.Benchmarks;

/// <summary>What our server is meant to reach. Told beside the figure, never asserted.</summary>
internal sealed record Target(string What, bool AtLeast, double Limit, string Unit)
{
    public static Target FirstByte { get; } = new("first byte of many", AtLeast: false, 2, " × ls");

    public static Target Listing { get; } = new("listing of a million", AtLeast: false, 1.2, " × of 10,000");

    public static Target Seeding { get; } = new("speed of seeding mixed", AtLeast: true, 0.7, " × packing alone");

    public static Target SeedingMemory { get; } = new("memory for seeding many", AtLeast: false, 150, " MB");

    public static Target Start { get; } = new("start to the first answer", AtLeast: false, 80, " ms");

    public static Target Idle { get; } = new("idle memory", AtLeast: false, 30, " MB");

    public static Target ProgramSize { get; } = new("size of the program", AtLeast: false, 25, " MB");

    public static IEnumerable<Target> All =>
    [
        .. Recipes.Names.SelectMany(set => new[] { Speed(set), Size(set), Memory(set) }).OfType<Target>(),
        FirstByte,
        .. SplicingTarget.All,
        .. RecordLine.All.Select(line => Records(line.What, line.Clients)).Distinct(),
        Listing,
        .. FolderTargets.All,
        Seeding, SeedingMemory,
        .. ArchiveTargets.All,
        .. LoadTargets.All,
        Start, Idle, ProgramSize,
    ];

    public string Bound => $"{(AtLeast ? '≥' : '≤')} {Limit}{Unit}";

    public static Target? Speed(string set) => set switch
    {
        "mixed" or "small" => new($"speed of {set}", AtLeast: true, 1.5, " × Go"),
        "images" => new($"speed of {set}", AtLeast: true, 10, " × Go"),
        _ => null,
    };

    public static Target? Size(string set) => set switch
    {
        "mixed" or "small" => new($"size of {set}", AtLeast: false, 1.02, " × Go"),
        _ => null,
    };

    public static Target? Memory(string set) => set switch
    {
        "many" => new($"memory for {set}", AtLeast: false, 180, " MB"),
        "huge" => new($"memory for {set}", AtLeast: false, 150, " MB"),
        _ => null,
    };

    /// <summary>For the peer that comes next, and the size of body for which it comes nearest.</summary>
    public static Target Records(string what, int clients) => clients == 16
        ? new($"{what}s of 16 clients", AtLeast: true, 10, " × a peer")
        : new($"{what}s of 1 and 64 clients", AtLeast: true, 1, " × a peer");

    public bool IsReached(double value) => AtLeast ? value >= Limit : value <= Limit;
}
