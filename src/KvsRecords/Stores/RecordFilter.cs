namespace KvsRecords.Stores;

/// <summary>
/// A filter of a store's records. "You can optionally filter the records by collection or prefix" (the specification); where both are
/// given, both must hold.
/// </summary>
/// <param name="Prefix">The prefix that keys must have, compared as bytes; null: any key.</param>
/// <param name="Collection">The collection that they must belong to; null: any or none.</param>
public sealed record RecordFilter(string? Prefix = null, Collection? Collection = null)
{
    /// <summary>Every record.</summary>
    public static RecordFilter Everything { get; } = new();

    /// <summary>
    /// A prefix that every matching key has, for a backend to narrow its search with. MUST NOT exclude a match;
    /// may include others, so <see cref="Matches"/> still decides.
    /// </summary>
    public string CommonPrefix
    {
        get
        {
            var ofCollection = Collection?.Key ?? Collection?.KeyPrefix ?? "";
            return Prefix?.Length > ofCollection.Length ? Prefix : ofCollection;
        }
    }

    /// <summary>
    /// Checks that the filter lets the record with this key through. Well-formed text that starts with another does so in UTF-8 too.
    /// </summary>
    public bool Matches(RecordKey key)
    {
        if (Prefix is not null && !key.Text.StartsWith(Prefix, StringComparison.Ordinal))
            return false;

        return Collection switch
        {
            null => true,
            { Key: { } only } => key.Text == only,
            { KeyPrefix: { } prefix } => key.Text.StartsWith(prefix, StringComparison.Ordinal),
            _ => false,
        };
    }
}
