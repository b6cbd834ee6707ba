namespace KvsRecords.Managed;

/// <summary>Damage in a storage.</summary>
/// <param name="Store">The store that it belongs to, as a person calls it; null: the database as a whole.</param>
/// <param name="Key">The key of the record; null: more than one record, or none.</param>
/// <param name="Place">The file, or the part of the database, that is damaged or missing.</param>
/// <param name="Reason">What is wrong.</param>
public sealed record Damage(string? Store, string? Key, string Place, string Reason);

/// <summary>The progress of a verification.</summary>
/// <param name="Checked">How many records have been read.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct VerifyProgress(long Checked, long Total);
