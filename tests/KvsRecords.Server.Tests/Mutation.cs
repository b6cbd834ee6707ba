using System.Text;
using System.Text.RegularExpressions;
using CsCheck;

namespace KvsRecords.Server.Tests;

/// <summary>What is right, with something wrong in it.</summary>
internal static partial class Mutation
{
    /// <summary>Numbers and texts at which programs have stumbled before.</summary>
    public static readonly string[] Stumbling =
    [
        "null", "true", "0", "-1", "1e400", "1.5", "2147483648", "-9223372036854775809", "18446744073709551616", "NaN", "\"\"", "\"\\ud800\"", "\"\\u0000\"",
        "\"\u00E9\"", "\"..\"", "\"~\"", "\"a/b\"", "[]", "{}", "[[[[[[[[]]]]]]]]", "{\"\":{}}", "\"0001-01-01T00:00:00Z\"", "\"9999-12-31T23:59:59.999+14:00\"", ",", ":", "//", "\uFEFF",
    ];

    public static Gen<T> OneOf<T>(params T[] all) => Gen.Int[0, all.Length - 1].Select(i => all[i]);

    /// <summary>Texts with a few of their tokens left out, repeated, or replaced by others.</summary>
    public static Gen<string> Tokens(string[] texts, params string[] pieces)
    {
        var tokens = texts.Select(text => Token().Matches(text).Select(match => match.Value).ToList()).ToArray();
        string[] others = [.. pieces, .. Stumbling, .. tokens.SelectMany(all => all).Distinct()];
        var change = Gen.Select(Gen.Int[0, 3], Gen.Double[0, 1], Gen.Int[1, 12], OneOf(others));
        return Gen.Select(OneOf(tokens), change.Array[0, 4]).Select((text, changes) =>
        {
            var changed = text.ToList();
            foreach (var (kind, where, length, other) in changes)
            {
                var place = (int)(where * changed.Count);
                var most = Math.Min(length, changed.Count - place);
                switch (kind)
                {
                    case 0:
                        changed.RemoveRange(place, most);
                        break;
                    case 1:
                        changed.InsertRange(place, changed.GetRange(place, most));
                        break;
                    case 2:
                        changed.Insert(place, other);
                        break;
                    default:
                        changed.RemoveRange(place, Math.Min(1, most));
                        changed.Insert(place, other);
                        break;
                }
            }

            return string.Concat(changed);
        });
    }

    /// <summary>Bytes, some of them flipped, left out, repeated or added, or cut off.</summary>
    public static Gen<byte[]> Bytes(params byte[][] all)
    {
        var change = Gen.Select(Gen.Int[0, 5], Gen.Double[0, 1], Gen.Int[1, 40], Gen.Byte.Array[1, 8]);
        return Gen.Select(OneOf(all), change.Array[1, 4]).Select((bytes, changes) =>
        {
            var changed = bytes.ToList();
            foreach (var (kind, where, length, other) in changes)
            {
                var place = (int)(where * changed.Count);
                var most = Math.Min(length, changed.Count - place);
                switch (kind)
                {
                    case 0:
                        changed.RemoveRange(place, most);
                        break;
                    case 1:
                        changed.InsertRange(place, changed.GetRange(place, most));
                        break;
                    case 2:
                        changed.InsertRange(place, other);
                        break;
                    case 3:
                        changed.RemoveRange(place, changed.Count - place);
                        break;
                    case 4 when place < changed.Count:
                        changed[place] ^= (byte)(1 << (other[0] & 7));
                        break;
                    default:
                        for (var i = 0; i < Math.Min(other.Length, most); i++)
                            changed[place + i] = other[0] % 3 == 0 ? (byte)0xFF : other[i];
                        break;
                }
            }

            return changed.ToArray();
        });
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|[\w.+-]+|\s+|.
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
