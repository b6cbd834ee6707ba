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
    /// Sums up all records by content type, without its parameters. MUST be empty when the store is deleted meanwhile.
    /// </summary>
    ValueTask<SizesByType> SumByTypeAsync(Store store, CancellationToken cancellationToken);
}

/// <summary>The records that have something in common.</summary>
/// <param name="Name">The beginning of their keys, the only key, or their content type; null: a content type that is not known.</param>
/// <param name="IsKey">Whether it is a whole key.</param>
/// <param name="Records">How many they are.</param>
/// <param name="StorageBytes">The sum of the lengths of their values.</param>
public sealed record SizeOfSome(string? Name, bool IsKey, long Records, long StorageBytes)
{
    /// <summary>Orders by size, the largest first.</summary>
    public static int Compare(SizeOfSome one, SizeOfSome other) => other.StorageBytes.CompareTo(one.StorageBytes) is not 0 and var bySize ? bySize
        : other.Records.CompareTo(one.Records) is not 0 and var byCount ? byCount
        : string.CompareOrdinal(one.Name, other.Name);
}

/// <summary>The sizes of records by content type. Types that differ in their parameters or in case only are one.</summary>
public sealed class SizesByType
{
    private readonly Dictionary<string, SizeOfSome> _types = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Adds records of one type, or of none that is known.</summary>
    public void Add(string? contentType, long records, long bytes)
    {
        var type = contentType is null ? null : ContentTypes.WithoutParameters(contentType).ToLowerInvariant();
        var before = _types.GetValueOrDefault(type ?? "") ?? new SizeOfSome(type, IsKey: false, 0, 0);
        _types[type ?? ""] = before with { Records = before.Records + records, StorageBytes = before.StorageBytes + bytes };
    }

    /// <summary>Lists the types, the largest first.</summary>
    public IReadOnlyList<SizeOfSome> Largest()
    {
        var all = new List<SizeOfSome>(_types.Values);
        all.Sort(SizeOfSome.Compare);
        return all;
    }
}
