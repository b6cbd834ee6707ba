namespace KvsRecords.Stores;

/// <summary>A named group of a store's records, defined by the store's schema: one key, or all keys with a prefix.</summary>
/// <param name="Id">The id that <c>collection=</c> names, compared exactly.</param>
/// <param name="Title">A title for people, or null.</param>
/// <param name="Key">The one key that belongs to it; null when <paramref name="KeyPrefix"/> is given.</param>
/// <param name="KeyPrefix">What the keys that belong to it start with; null when <paramref name="Key"/> is given.</param>
/// <param name="ContentTypes">The content types that its records may have; null: any. Never a condition on reading.</param>
/// <param name="JsonSchema">The JSON Schema (draft-07) that its records must obey, as it was given; null: any content.</param>
public sealed record Collection(
    string Id, string? Title, string? Key, string? KeyPrefix, IReadOnlyList<string>? ContentTypes, string? JsonSchema = null);
