namespace KvsRecords.Benchmarks;

/// <summary>What each set holds.</summary>
internal static class Recipes
{
    public static readonly IReadOnlyList<string> Names = ["mixed", "small", "images", "many", "huge"];

    public static Recipe Of(string name, bool quick) => name switch
    {
        "mixed" => new(name, quick ? 60 : 3_000, Mixed),
        "small" => new(name, quick ? 500 : 50_000, Small),
        "images" => new(name, quick ? 20 : 2_000, Image),
        "many" => new(name, quick ? 1_000 : 100_000, Tiny),
        "huge" => new(name, 2, (random, number) => Huge(random, number, quick ? 4 << 20 : 1 << 30)),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such set."),
    };

    // What a crawl of a shop keeps: of six records one picture, three products and two pages.
    private static Record Mixed(Random random, int number) => (number % 6) switch
    {
        0 => new($"photo-{number:D6}.png", Png.Make(random, Around(random, 195_300))),
        1 or 2 or 3 => new($"product-{number:D6}.json", ProductJson.Make(random, number, Around(random, 19_000))),
        _ => new($"page-{number:D6}.html", HtmlPage.Make(random, number, Around(random, 91_500))),
    };

    private static Record Small(Random random, int number) =>
        new($"product-{number:D6}.json", ProductJson.Make(random, number, bytes: 0));

    private static Record Image(Random random, int number) => new($"photo-{number:D6}.png", Png.Make(random, 200_000));

    private static Record Tiny(Random random, int number) =>
        new($"request-{number:D6}.json", ProductJson.MakeTiny(random, number));

    private static Record Huge(Random random, int number, int bytes) =>
        new($"log-{number}.txt", stream => LongText.Write(stream, random, bytes));

    private static int Around(Random random, int mean) => (int)(mean * (0.4 + (1.2 * random.NextDouble())));
}
