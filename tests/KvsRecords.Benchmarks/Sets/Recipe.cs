namespace KvsRecords.Benchmarks.Sets;

/// <summary>The way to make a set: record by record, always the same for the same random numbers.</summary>
/// <param name="Records">How many.</param>
/// <param name="Write">Writes a record to a path without its extension, and returns its length in bytes.</param>
internal sealed record Recipe(int Records, Func<string, Random, int, long> Write)
{
    /// <summary>The set that every storage has beside its own: a small archive, to download first.</summary>
    public const string Ten = "ten";

    /// <summary>The sets whose downloads are timed.</summary>
    public static string[] Downloaded { get; } = ["mixed", "images", "small", "many"];

    public static Recipe Of(string name, bool quick) => name switch
    {
        // What a crawl of a shop keeps: of six records one picture, three products and two pages.
        "mixed" => new(quick ? 60 : 3_000, (path, random, number) => (number % 6) switch
        {
            0 => Picture(path, random, Around(random, 195_300)),
            1 or 2 or 3 => Keep($"{path}.json", Bodies.Product(random, number, Around(random, 19_000))),
            _ => Keep($"{path}.html", Bodies.Page(random, number, Around(random, 91_500))),
        }),
        "small" => new(quick ? 500 : 50_000, (path, random, number) => Keep($"{path}.json", Bodies.Product(random, number, characters: 0))),
        "images" => new(quick ? 20 : 2_000, (path, random, _) => Picture(path, random, 200_000)),
        Ten => new(10, Tiny),
        "many" => new(quick ? 1_000 : 100_000, Tiny),
        "million" => new(quick ? 2_000 : 1_000_000, Tiny),
        "huge" => new(2, (path, random, _) => Log($"{path}.txt", random, quick ? 4 << 20 : 1 << 30)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such set."),
    };

    private static long Tiny(string path, Random random, int number) => Keep($"{path}.json", Bodies.Tiny(random, number));

    // Bytes that deflate cannot shorten.
    private static long Picture(string path, Random random, int bytes)
    {
        var content = new byte[bytes];
        random.NextBytes(content);
        return Keep($"{path}.png", content);
    }

    private static long Log(string path, Random random, int bytes)
    {
        using var file = File.Create(path, 1 << 16);
        Words.WriteLog(file, random, bytes);
        return file.Length;
    }

    private static long Keep(string path, byte[] content)
    {
        File.WriteAllBytes(path, content);
        return content.Length;
    }

    private static int Around(Random random, int mean) => (int)(mean * (0.4 + (1.2 * random.NextDouble())));
}
