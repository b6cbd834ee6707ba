namespace KvsRecords.Benchmarks;

/// <summary>What our server is meant to reach. Told beside the figure, never asserted.</summary>
internal sealed record Target(string What, bool AtLeast, double Limit, string Unit)
{
    public static Target FirstByte { get; } = new("first byte of many", AtLeast: false, 2, " × ls");

    public static IEnumerable<Target> All =>
        Recipes.Names.SelectMany(set => new[] { Speed(set), Size(set), Memory(set) }).OfType<Target>().Append(FirstByte);

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

    public bool IsReached(double value) => AtLeast ? value >= Limit : value <= Limit;
}
