using System.Buffers;
using System.Numerics;
using System.Security.Cryptography;
using System.Text;

namespace KvsRecords.Stores;

/// <summary>Ids as the API makes them: 17 letters and digits.</summary>
public static class StoreId
{
    /// <summary>The length of an id, in characters.</summary>
    public const int Length = 17;

    private const string Alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private static readonly SearchValues<char> Allowed = SearchValues.Create(Alphabet);

    /// <summary>Checks that <paramref name="text"/> has the form of an id.</summary>
    public static bool IsWellFormed(string text) => text.Length == Length && !text.AsSpan().ContainsAnyExcept(Allowed);

    /// <summary>Makes an id that no store has, and that cannot be guessed.</summary>
    public static string Create() => RandomNumberGenerator.GetString(Alphabet, Length);

    /// <summary>
    /// MUST give the same id for the same words, on every machine and after every restart,
    /// so that a URL stays good although the id is written down nowhere.
    /// </summary>
    public static string Derive(params ReadOnlySpan<string> words)
    {
        // A separator that none of the words can hold keeps ("ab", "c") and ("a", "bc") apart.
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', words)));
        var number = new BigInteger(hash, isUnsigned: true);
        Span<char> id = stackalloc char[Length];
        for (var i = 0; i < Length; i++)
        {
            number = BigInteger.DivRem(number, Alphabet.Length, out var digit);
            id[i] = Alphabet[(int)digit];
        }

        return new string(id);
    }
}

/// <summary>The names that a store may have. Source: the API's rule for names of storages (safe in DNS, at most 63 characters).</summary>
public static class StoreName
{
    /// <summary>The rule, as the end of a sentence.</summary>
    public const string Allowed = "1 to 63 letters, digits and dashes, neither first nor last a dash";

    private const int Longest = 63;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");

    /// <summary>Compares two names as every storage and every setting does: without case. Null is not the same as null.</summary>
    public static bool AreSame(string? one, string? other) =>
        one is not null && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Checks that a new store may be called so. One that came from a folder may be called otherwise.</summary>
    public static bool IsWellFormed(string name) =>
        name.Length is > 0 and <= Longest && name[0] != '-' && name[^1] != '-' && !name.AsSpan().ContainsAnyExcept(Characters);
}
