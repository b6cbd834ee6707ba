using System.Globalization;
using KvsRecords.Stores;

namespace KvsRecords.Managed;

/// <summary>Values as the tables have them. Nothing unsafe is ever written; a database from elsewhere may hold anything.</summary>
public static class Stored
{
    private static readonly long Earliest = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long Latest = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    /// <summary>The number of a store in the tables, which is its location. A store of another storage has none here: 0.</summary>
    public static long NumberOf(Store store) =>
        long.TryParse(store.Location, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    /// <summary>The location of the store with this number.</summary>
    public static string LocationOf(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Checks that a key can have been written.</summary>
    /// <exception cref="InvalidDataException">It cannot.</exception>
    public static RecordKey Check(RecordKey key) => key.WhyUnsafeToUnpack() is { } why ? throw UnsafeKey(key.Text, why) : key;

    /// <summary>The fault of a key that cannot have been written.</summary>
    public static InvalidDataException UnsafeKey(string key, string why) => new($"The record '{key}' is damaged: its key {why}.");

    /// <summary>Reads a time in milliseconds since 1970, UTC.</summary>
    /// <exception cref="InvalidDataException">There is no such time.</exception>
    public static DateTimeOffset Time(long milliseconds) => milliseconds >= Earliest && milliseconds <= Latest
        ? DateTimeOffset.FromUnixTimeMilliseconds(milliseconds)
        : throw new InvalidDataException("A time in the database is damaged.");

    /// <summary>Checks that a text can be kept as it is: whole characters, and no NUL, at which the database's own tools end a text.</summary>
    public static bool IsWellFormed(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\0')
                return false;
            if (!char.IsSurrogate(text[i]))
                continue;
            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
                return false;
            i++;
        }

        return true;
    }
}
