using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>Keys as the database has them. Nothing unsafe is ever written; a folder from elsewhere may hold anything.</summary>
internal static class StoredKey
{
    /// <exception cref="InvalidDataException">It is none that can have been written.</exception>
    public static RecordKey Check(RecordKey key) => key.WhyUnsafeToUnpack() is { } why ? throw Unsafe(key.Text, why) : key;

    public static InvalidDataException Unsafe(string key, string why) => new($"The record '{key}' is damaged: its key {why}.");
}
