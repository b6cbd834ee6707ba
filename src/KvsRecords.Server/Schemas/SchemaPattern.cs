using System.Text.RegularExpressions;

namespace KvsRecords.Server.Schemas;

/// <summary>The patterns of schemas, which are regular expressions of JavaScript.</summary>
internal static class SchemaPattern
{
    // What reads a pattern goes down with it, and takes memory for each character.
    private const int MaxLength = 10_000;

    /// <exception cref="ArgumentException">It is none, or too long.</exception>
    public static Regex Compile(string pattern, TimeSpan patience) => pattern.Length <= MaxLength
        ? new Regex(pattern, RegexOptions.ECMAScript, patience)
        : throw new ArgumentException($"a pattern has more than {MaxLength} characters");
}
