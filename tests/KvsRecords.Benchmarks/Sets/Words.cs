using System.Text;

namespace KvsRecords.Benchmarks.Sets;

/// <summary>Words as unevenly frequent as those of a language, so that text deflates about as well as text does.</summary>
internal static class Words
{
    private static readonly string[] Syllables =
    [
        "ka", "re", "mi", "son", "tal", "ve", "lor", "in", "pra", "to", "ches", "un", "der", "ba", "qui", "ste",
        "ron", "é", "la", "ment", "gra", "pho", "ly", "tion", "wa", "ou", "zen", "ti", "ble", "ar", "ñu", "ex",
    ];

    private static readonly string[] Drawn = Draw(vocabulary: 12_000, tickets: 1 << 16);

    public static string Some(Random random, int count, string separator = " ") =>
        string.Join(separator, Enumerable.Range(0, count).Select(_ => Drawn[random.Next(Drawn.Length)]));

    public static string Sentences(Random random, int count) => string.Join(
        ' ', Enumerable.Range(0, count).Select(_ => $"{Some(random, random.Next(3, 11))}, {Some(random, random.Next(3, 12))}."));

    /// <summary>Writes at least so many bytes as fast as they are copied: pieces of a stock of sentences, under ever new numbers.</summary>
    public static void WriteLog(string path, Random random, long bytes)
    {
        using var stream = File.Create(path, 1 << 16);
        // 8 MB: far more than deflate's window of 32 kB, or the whole would shrink to next to nothing.
        var stock = Encoding.UTF8.GetBytes(Sentences(random, 100_000));
        for (long written = 0; written < bytes;)
        {
            var head = Encoding.UTF8.GetBytes($"\n{written:D12} {random.Next():x8} ");
            var piece = stock.AsSpan(random.Next(stock.Length - 1024), random.Next(100, 1000));
            stream.Write(head);
            stream.Write(piece);
            written += head.Length + piece.Length;
        }
    }

    private static string[] Draw(int vocabulary, int tickets)
    {
        var random = new Random(1);
        // The commonest words are the short ones.
        var words = Enumerable.Range(0, vocabulary).Select(rank => string.Concat(
            Enumerable.Range(0, 1 + random.Next(rank < 200 ? 2 : 4)).Select(_ => Syllables[random.Next(Syllables.Length)]))).ToArray();
        // Zipf's law: the chance of a word is inverse to its rank.
        return [.. Enumerable.Range(0, tickets).Select(ticket => words[(int)Math.Pow(vocabulary, ticket / (double)tickets) - 1])];
    }
}
