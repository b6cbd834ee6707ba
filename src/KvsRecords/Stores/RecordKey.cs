using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace KvsRecords.Stores;

/// <summary>
/// The key of a record, in the archive's order: the binary order of its UTF-8 bytes.
/// Sources: "the filename equal to the record key" (the specification); the order is the service's own for keys.
/// </summary>
public readonly record struct RecordKey(string Text) : IComparable<RecordKey>
{
    /// <summary>The longest key that can be written, in characters.</summary>
    public const int MaxWritableLength = 256;

    private static readonly SearchValues<char> Writable =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!-_.'()");

    // Everything that can make a key unsafe holds one of these, or is only dots; nearly no key does.
    private static readonly SearchValues<char> Suspicious =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(c => (char)c), '/', '\\', ':']);

    private static readonly SearchValues<byte> SuspiciousBytes =
        SearchValues.Create([.. Enumerable.Range(0, 0x20).Select(c => (byte)c), 0x7F, (byte)'/', (byte)'\\', (byte)':']);

    /// <summary>
    /// Says why a file of this name must not be put into an archive, as the rest of a sentence that begins with the key; null when it is
    /// safe to unpack. MUST find every name that could be written outside the folder that an archive is extracted to. Source: section
    /// 4.4.17 of the ZIP format (no leading slash, no drive, forward slashes only).
    /// </summary>
    public string? WhyUnsafeToUnpack()
    {
        if (Text.Length == 0)
            return "is empty";
        if (Text is "." or "..")
            return "is a name for a folder";
        if (!Text.AsSpan().ContainsAny(Suspicious))
            return null;
        if (Text.Contains('\\'))
            return "has a backslash, which some programs take for a folder";
        if (Text.AsSpan().ContainsAnyInRange('\0', '\x1F') || Text.AsSpan().ContainsAnyInRange('\x7F', '\x9F'))
            return "has a control character";
        if (Text.Length >= 2 && Text[1] == ':' && char.IsAsciiLetter(Text[0]))
            return "begins with a drive letter";

        foreach (var segment in Text.Split('/'))
        {
            if (segment is "" or "." or "..")
                return "has an empty, '.' or '..' segment, which leads out of the folder it is unpacked into";
        }

        return null;
    }

    /// <summary>The same for a key in UTF-8, which MUST be well-formed to be safe.</summary>
    public static string? WhyUtf8IsUnsafe(ReadOnlySpan<byte> utf8) =>
        Ascii.IsValid(utf8) && utf8.Length > 0 && utf8[0] != '.' && !utf8.ContainsAny(SuspiciousBytes) ? null
        : Utf8.IsValid(utf8) ? new RecordKey(Encoding.UTF8.GetString(utf8)).WhyUnsafeToUnpack()
        : "is no UTF-8";

    /// <summary>
    /// Says why the API refuses to write a record with this key, as a sentence that says what is allowed; null when it does not. MUST name
    /// the first character that is not allowed. Folders and imports may hold other keys, which can still be read. Source: the API's limits,
    /// 1 to 256 of <c>a-z A-Z 0-9 ! - _ . ' ( )</c>.
    /// </summary>
    public string? WhyNotWritable()
    {
        const string Allowed = "Allowed: 1 to 256 of a-z, A-Z, 0-9 and !-_.'()";
        var bad = Text.AsSpan().IndexOfAnyExcept(Writable);
        if (bad >= 0)
            return $"Record key contains invalid character {Named(bad)} at position {bad + 1}. {Allowed}.";
        if (Text.Length is 0 or > MaxWritableLength)
            return $"Record key is {(Text.Length == 0 ? "empty" : $"{Text.Length} characters long")}. {Allowed}.";
        return WhyUnsafeToUnpack() is { } why ? $"Record key \"{Text}\" {why}. {Allowed}, and not \".\" or \"..\"." : null;
    }

    // A character that cannot be seen is named by its number.
    private string Named(int index) =>
        Rune.TryGetRuneAt(Text, index, out var rune) && !Rune.IsControl(rune) && !Rune.IsWhiteSpace(rune)
            ? $"\"{rune}\""
            : string.Create(CultureInfo.InvariantCulture, $"U+{(int)Text[index]:X4}");

    /// <summary>
    /// MUST order keys as their UTF-8 bytes are ordered. That is the order of code points, in which UTF-16 differs for
    /// surrogates: they stand for the highest code points, but have lower values than U+E000 to U+FFFF.
    /// </summary>
    public int CompareTo(RecordKey other)
    {
        var same = Text.AsSpan().CommonPrefixLength(other.Text);
        if (same == Text.Length || same == other.Text.Length)
            return Text.Length - other.Text.Length;

        return CodePointRank(Text[same]) - CodePointRank(other.Text[same]);
    }

    private static int CodePointRank(char c) => char.IsSurrogate(c) ? c + 0x10000 : c;

    /// <summary>The key itself.</summary>
    public override string ToString() => Text;

    /// <summary>True when the left key comes before the right one in the archive.</summary>
    public static bool operator <(RecordKey left, RecordKey right) => left.CompareTo(right) < 0;

    /// <summary>True when the left key comes after the right one in the archive.</summary>
    public static bool operator >(RecordKey left, RecordKey right) => left.CompareTo(right) > 0;

    /// <summary>True when the left key comes before the right one in the archive, or is the same.</summary>
    public static bool operator <=(RecordKey left, RecordKey right) => left.CompareTo(right) <= 0;

    /// <summary>True when the left key comes after the right one in the archive, or is the same.</summary>
    public static bool operator >=(RecordKey left, RecordKey right) => left.CompareTo(right) >= 0;
}
