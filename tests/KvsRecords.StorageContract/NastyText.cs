using System.Text;
using CsCheck;

namespace KvsRecords.StorageContract;

/// <summary>Text that some client will send, or has as a key, one day.</summary>
public static class NastyText
{
    /// <summary>Text that names no store: ways out of a folder, what other systems read as more than text, broken text.</summary>
    public static IReadOnlyList<string> NamesOfNothing { get; } =
    [
        "", " ", ".", "..", "../x", "../../etc/passwd", "/", "//", "/etc/passwd", "a/b", "~", "a~b",
        "\\", "C:\\x", "C:", "\\\\server\\share",
        "\0", "a\0b", "\n", "\r\n", "\u007F", "\u0085", "%2e%2e%2f", "%00", "%", "%zz", "*", "?", "[a-z]", "'; drop table stores; --",
        "\"", "`id`", "$HOME", "NUL", "CON", "nul.txt", "__metadata__.json",
        ".__metadata__.json", "\uD800", "\uDC00x", "\uFFFD", "\uFFFF", "\u202Etxt.exe",
        "ſ", "K", "İ", "ı", new('x', 100_000), string.Concat(Enumerable.Repeat("../", 2_000)), new('\uD83D', 300),
    ];

    /// <summary>Any text at all, with a liking for the above.</summary>
    public static Gen<string> Any { get; } = Gen.OneOf(
        Gen.OneOf([.. NamesOfNothing]),
        Gen.String,
        Gen.Select(Gen.OneOf([.. NamesOfNothing]), Gen.String, (one, other) => one + other));

    /// <summary>
    /// Keys, short enough for a file's name in any encoding: their order is the same in no two of UTF-8, UTF-16, culture and case,
    /// many of them begin alike, and some must never be listed.
    /// </summary>
    public static Gen<string> Key { get; } = Gen.OneOf(
        "a", "A", "b", "Z", "0", "9", ".", "-", "_", "~", "!", "'", "(", ")", " ", "%", "%2F", "é", "e\u0301", "ß", "ÿ", "ſ",
        "\uE000", "\uFFEE", "\uFFFF",
        "😀", "\U00010000", "\U0010FFFF", "/", "..", "\\", ":", "\n", "\u0085", ".json", ".bin").Array[1, 6].Select(string.Concat);

    /// <summary>The binary order of UTF-8, as plainly as it can be said.</summary>
    public static Comparison<string> Utf8Order { get; } =
        (one, other) => Encoding.UTF8.GetBytes(one).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(other));
}
