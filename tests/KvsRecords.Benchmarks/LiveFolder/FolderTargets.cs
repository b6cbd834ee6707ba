namespace KvsRecords.Benchmarks.LiveFolder;

/// <summary>What is meant to hold of a large store in a live folder.</summary>
internal static class FolderTargets
{
    public static Target Listing { get; } = new("first listing of a folder", AtLeast: false, 2, " × ls -l");

    public static Target Record { get; } = new("a record in a large folder", AtLeast: false, 2, " × in a small one");

    public static Target Page { get; } = new("a page of a large folder", AtLeast: false, 2, " × of a small one");

    public static Target BesideWriter { get; } = new("a record or page beside a writer", AtLeast: false, 2, " × one listing");

    public static IEnumerable<Target> All => [Listing, Record, Page, BesideWriter];
}
