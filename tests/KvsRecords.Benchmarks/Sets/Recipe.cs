namespace KvsRecords.Benchmarks.Sets;

/// <summary>The way to make a set: writes each record to a path without its extension, always the same for the same random numbers.</summary>
internal sealed record Recipe(int Records, Action<string, Random, int> Write)
{
    /// <summary>The set that every storage has beside its own: a small archive, to download first.</summary>
    public const string Ten = "ten";

    /// <summary>The sets whose downloads are timed.</summary>
    public static string[] Downloaded { get; } = ["mixed", "images", "small", "many"];

    public static Recipe Of(string name, bool quick) => name switch
    {
        "mixed" => new(quick ? 60 : 3_000, Mixed),
        "small" => new(quick ? 500 : 50_000, (path, random, number) => WriteJson(path, Bodies.Product(random, number, characters: 0))),
        "images" => new(quick ? 20 : 2_000, (path, random, _) => WritePicture(path, random, 200_000)),
        Ten => new(10, Tiny),
        "many" => new(quick ? 1_000 : 100_000, Tiny),
        "million" => new(quick ? 2_000 : 1_000_000, Tiny),
        "huge" => new(2, (path, random, _) => Words.WriteLog($"{path}.txt", random, quick ? 4 << 20 : 1 << 30)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such set."),
    };

    // What a crawl of a shop keeps: of six records one picture, three products and two pages.
    private static void Mixed(string path, Random random, int number)
    {
        if (number % 6 == 0)
            WritePicture(path, random, Around(random, 195_300));
        else if (number % 6 <= 3)
            WriteJson(path, Bodies.Product(random, number, Around(random, 19_000)));
        else
            File.WriteAllBytes($"{path}.html", Bodies.Page(random, number, Around(random, 91_500)));
    }

    private static void Tiny(string path, Random random, int number) => WriteJson(path, Bodies.Tiny(random, number));

    private static void WriteJson(string path, byte[] content) => File.WriteAllBytes($"{path}.json", content);

    // Bytes that deflate cannot shorten.
    private static void WritePicture(string path, Random random, int bytes)
    {
        var content = new byte[bytes];
        random.NextBytes(content);
        File.WriteAllBytes($"{path}.png", content);
    }

    private static int Around(Random random, int mean) => (int)(mean * (0.4 + (1.2 * random.NextDouble())));
}
