using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>Words as unevenly frequent as those of a language, so that text deflates about as well as text does.</summary>
internal static class Words
{
    private static readonly string[] Syllables =
    [
        "ka", "re", "mi", "son", "tal", "ve", "lor", "in", "pra", "to", "ches", "un", "der", "ba", "qui", "ste",
        "ron", "é", "la", "ment", "gra", "pho", "ly", "tion", "wa", "ou", "zen", "ti", "ble", "ar", "ñu", "ex",
    ];

    private static readonly string[] Drawn = Draw(vocabulary: 12_000, tickets: 1 << 16);

    public static string Next(Random random) => Drawn[random.Next(Drawn.Length)];

    public static string Some(Random random, int count)
    {
        var text = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
                text.Append(random.Next(12) == 0 ? ", " : " ");
            text.Append(Next(random));
        }
        return text.ToString();
    }

    public static string Sentence(Random random)
    {
        var text = new StringBuilder(Some(random, random.Next(6, 22)));
        text[0] = char.ToUpperInvariant(text[0]);
        return text.Append('.').ToString();
    }

    public static string Slug(Random random, int words) =>
        string.Join('-', Enumerable.Range(0, words).Select(_ => Next(random)));

    private static string[] Draw(int vocabulary, int tickets)
    {
        var random = new Random(1);
        var words = new string[vocabulary];
        for (var rank = 0; rank < vocabulary; rank++)
        {
            // The commonest words are the short ones.
            var length = 1 + random.Next(rank < 200 ? 2 : 4);
            words[rank] = string.Concat(Enumerable.Range(0, length).Select(_ => Syllables[random.Next(Syllables.Length)]));
        }
        // Zipf's law: the chance of a word is inverse to its rank.
        return [.. Enumerable.Range(0, tickets).Select(ticket => words[(int)Math.Pow(vocabulary, ticket / (double)tickets) - 1])];
    }
}
