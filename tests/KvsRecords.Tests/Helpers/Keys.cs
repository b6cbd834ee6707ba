using CsCheck;

namespace KvsRecords.Tests;

/// <summary>Keys to try: none of them is ordinary.</summary>
internal static class Keys
{
    public const string ServiceAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!-_.'()";

    /// <summary>What the service lets a client write.</summary>
    public static Gen<string> OfTheService { get; } =
        Gen.OneOf(
            Gen.String[Gen.Char[ServiceAlphabet], 1, 30],
            Gen.String[Gen.Char[ServiceAlphabet], 256, 256],
            Gen.String[Gen.Char[".-a"], 1, 4])
            .Where(key => key is not ("." or ".."));

    /// <summary>Text of all of Unicode, with many of the characters around which UTF-8 and UTF-16 order differently.</summary>
    public static Gen<string> WellFormed { get; } = Gen.OneOf(
            Gen.Int[0x20, 0x7E],
            Gen.Int[0xA0, 0x7FF],
            Gen.Int[0xD7F0, 0xD7FF],
            Gen.Int[0xE000, 0xE010],
            Gen.Int[0xFFF0, 0xFFFF],
            Gen.Int[0x10000, 0x10010],
            Gen.Int[0x1F600, 0x1F640],
            Gen.Int[0x10FFF0, 0x10FFFF])
        .Select(char.ConvertFromUtf32).Array[0, 6].Select(string.Concat);

    /// <summary>Keys that may stand in an archive: of the service, of other scripts, with folders in them.</summary>
    public static Gen<string> SafeToUnpack { get; } = Gen.OneOf(
            OfTheService,
            Gen.OneOf(
                "ěščř.txt", "日本語", "😀", "e\u0301", "\uE000", "\uFFFF", "C", "a b ",
                "[x]*?", "-rf", "~", "%2F", "con.txt", "\u202Etxt.exe"))
        .Array[1, 3].Select(segments => string.Join('/', segments))
        .Where(key => key.Split('/').All(segment => segment is not ("." or "..")));
}
