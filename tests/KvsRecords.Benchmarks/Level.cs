namespace KvsRecords.Benchmarks;

/// <summary>How hard a peer deflates.</summary>
internal static class Level
{
    /// <summary>As an argument of a peer; none for its default.</summary>
    public static string[] Of(int? level) => level is null ? [] : [$"{level}"];
}
