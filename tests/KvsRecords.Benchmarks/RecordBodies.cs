namespace KvsRecords.Benchmarks;

/// <summary>JSON bodies of about one size, the same for every contender: so many that none is sent twice in a row.</summary>
internal sealed class RecordBodies(string size, Func<Random, int, byte[]> make)
{
    private const int Seed = 20_240_229;

    private readonly byte[][] _bodies = Make(make);

    /// <summary>The two sizes that are measured.</summary>
    public static IReadOnlyList<RecordBodies> All { get; } =
        [new("200 B", ProductJson.MakeShort), new("20 kB", (random, number) => ProductJson.Make(random, number, 19_700))];

    public string Size => size;

    /// <summary>The body of the record with this number.</summary>
    public ReadOnlySpan<byte> Of(long number) => ArrayOf(number);

    /// <inheritdoc cref="Of"/>
    public byte[] ArrayOf(long number) => _bodies[number % _bodies.Length];

    private static byte[][] Make(Func<Random, int, byte[]> make)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, 251).Select(number => make(random, number))];
    }
}
