using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>Sums up the sizes of a store's records from what the storage knows of them, without opening one.</summary>
public interface IStoreSizes
{
    /// <summary>
    /// Sums up the records whose keys begin with a prefix, by the next part of their keys. MUST be empty when the store is deleted
    /// meanwhile.
    /// </summary>
    ValueTask<SizesByPrefix> SumByPrefixAsync(Store store, string prefix, CancellationToken cancellationToken);

    /// <summary>
    /// Sums up all records by content type, without its parameters, the largest sum first. The type is null where the storage does not know
    /// one. MUST be empty when the store is deleted meanwhile.
    /// </summary>
    ValueTask<IReadOnlyList<SizeOfType>> SumByTypeAsync(Store store, CancellationToken cancellationToken);
}

/// <summary>The records of one content type.</summary>
/// <param name="ContentType">The type; null: unknown.</param>
/// <param name="Records">How many they are.</param>
/// <param name="Bytes">The sum of the lengths of their values.</param>
public sealed record SizeOfType(string? ContentType, long Records, long Bytes)
{
    /// <summary>Joins types that differ in their parameters or in case only, the largest sum first.</summary>
    public static IReadOnlyList<SizeOfType> WithoutParameters(IEnumerable<SizeOfType> sizes) =>
    [
        .. sizes.GroupBy(size => size.ContentType is { } type ? ContentTypes.WithoutParameters(type).ToLowerInvariant() : null)
            .Select(same => new SizeOfType(same.Key, same.Sum(size => size.Records), same.Sum(size => size.Bytes)))
            .OrderByDescending(size => size.Bytes),
    ];
}
