namespace KvsRecords.StorageContract;

/// <summary>A record that a backend is asked to hold.</summary>
/// <param name="Key">Its key, also one that must never be listed.</param>
/// <param name="Value">Its value, byte for byte.</param>
/// <param name="LastModified">When it was last changed; whole seconds.</param>
/// <param name="ContentType">Its content type; null: none was given.</param>
public sealed record StoredRecord(string Key, byte[] Value, DateTimeOffset LastModified, string? ContentType = null)
{
    /// <summary>A record of which a test needs nothing but the key.</summary>
    public StoredRecord(string key)
        : this(key, [1, 2, 3], new DateTimeOffset(2024, 2, 29, 23, 59, 59, TimeSpan.Zero))
    {
    }
}
