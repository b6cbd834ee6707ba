using System.Buffers;

namespace KvsRecords.Stores;

/// <summary>The rules for names of stores. Source: the API's rule for names of storages (safe in DNS, at most 63 characters).</summary>
public static class StoreName
{
    /// <summary>What is allowed, as the end of a sentence.</summary>
    public const string Allowed = "1 to 63 letters, digits and dashes, neither first nor last a dash";

    private const int Longest = 63;

    private static readonly SearchValues<char> Characters =
        SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-");

    /// <summary>Compares two names as every storage and every setting does: without case. Null is not the same as null.</summary>
    public static bool AreSame(string? one, string? other) =>
        one is not null && string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    /// <summary>Tells whether a new store may be called so. One that came from a folder may be called otherwise.</summary>
    public static bool IsWellFormed(string name) =>
        name.Length is > 0 and <= Longest && name[0] != '-' && name[^1] != '-' && !name.AsSpan().ContainsAnyExcept(Characters);
}
