namespace KvsRecords.Benchmarks.UnderLoad;

/// <summary>What is meant to hold while many download.</summary>
internal static class LoadTargets
{
    public static Target Health { get; } = new("health under load", AtLeast: false, 100, " ms");

    public static Target Memory { get; } = new("memory under load", AtLeast: false, 400, " MB");

    public static IEnumerable<Target> All => [Health, Memory];
}
