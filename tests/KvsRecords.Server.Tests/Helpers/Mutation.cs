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
        return Changed(tokens, OneOf(others).Select(other => new[] { other }), longest: 12, times: Gen.Int[0, 4], Replace).Select(string.Concat);

        static void Replace(List<string> all, int place, int count, string[] other)
        {
            all.RemoveRange(place, Math.Min(1, count));
            all.InsertRange(place, other);
        }
    }

    /// <summary>Bytes, some of them flipped, left out, repeated or added, or cut off.</summary>
    public static Gen<byte[]> Bytes(params byte[][] all)
    {
        var texts = all.Select(bytes => bytes.ToList()).ToArray();
        return Changed(texts, Gen.Byte.Array[1, 8], longest: 40, times: Gen.Int[1, 4], CutOff, Flip, Overwrite).Select(bytes => bytes.ToArray());

        static void CutOff(List<byte> all, int place, int count, byte[] other) => all.RemoveRange(place, all.Count - place);

        static void Flip(List<byte> all, int place, int count, byte[] other)
        {
            if (count > 0)
                all[place] ^= (byte)(1 << (other[0] & 7));
        }

        static void Overwrite(List<byte> all, int place, int count, byte[] other)
        {
            for (var i = 0; i < Math.Min(other.Length, count); i++)
                all[place + i] = other[0] % 3 == 0 ? (byte)0xFF : other[i];
        }
    }

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    // Whatever it consists of, some of it is left out, repeated or put in; what else may be done to it is said.
    private static Gen<List<T>> Changed<T>(List<T>[] all, Gen<T[]> others, int longest, Gen<int> times, params Change<T>[] more)
    {
        Change<T>[] kinds =
        [
            (all, place, count, _) => all.RemoveRange(place, count),
            (all, place, count, _) => all.InsertRange(place, all.GetRange(place, count)),
            (all, place, _, other) => all.InsertRange(place, other),
            .. more,
        ];
        var change = Gen.Select(OneOf(kinds), Gen.Double[0, 1], Gen.Int[1, longest], others);
        return Gen.Select(OneOf(all), times.SelectMany(count => change.Array[count])).Select((one, changes) =>
        {
            var changed = one.ToList();
            foreach (var (kind, where, length, other) in changes)
            {
                var place = (int)(where * changed.Count);
                kind(changed, place, Math.Min(length, changed.Count - place), other);
            }

            return changed;
        });
    }

    /// <summary>Changes so many from a place on, of which some may not be there; or puts others there.</summary>
    private delegate void Change<T>(List<T> all, int place, int count, T[] other);

    [GeneratedRegex("""
        "(?:[^"\\]|\\.)*"|[\w.+-]+|\s+|.
        """, RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Token();
}
