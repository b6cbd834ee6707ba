using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.StorageContract;

/// <summary>Reads snapshots whole, as no server may: what is left is what a test compares.</summary>
public static class SnapshotReading
{
    // Not a power of two, so that the end of a value falls into the middle of a read.
    private const int ReadSize = 8191;

    /// <summary>The keys of a store that a filter lets through, in the order in which they come.</summary>
    public static async Task<List<string>> KeysAsync(
        this IStoreReader stores, Store store, RecordFilter? filter, CancellationToken cancellationToken)
    {
        await using var snapshot = await stores.OpenSnapshotAsync(store, filter ?? RecordFilter.Everything, cancellationToken);
        return await snapshot.KeysAsync(cancellationToken);
    }

    /// <summary>The keys of a snapshot, in the order in which they come.</summary>
    public static async Task<List<string>> KeysAsync(this IRecordSnapshot snapshot, CancellationToken cancellationToken)
    {
        var keys = new List<string>();
        await foreach (var key in snapshot.ReadKeysAsync(cancellationToken))
            keys.Add(key.Text);
        return keys;
    }

    /// <summary>All keys and values of a snapshot.</summary>
    public static async Task<SortedDictionary<string, byte[]>> ContentsAsync(this IRecordSnapshot snapshot, CancellationToken cancellationToken)
    {
        var contents = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var key in await snapshot.KeysAsync(cancellationToken))
            contents.Add(key, (await snapshot.ValueAsync(key, cancellationToken))!);
        return contents;
    }

    /// <summary>The value of a record, or null when there is none.</summary>
    public static async Task<byte[]?> ValueAsync(this IRecordSnapshot snapshot, string key, CancellationToken cancellationToken)
    {
        await using var content = await snapshot.OpenAsync(new RecordKey(key), cancellationToken);
        return content is null ? null : await content.ValueAsync(cancellationToken);
    }

    /// <summary>All bytes of an opened record.</summary>
    public static async Task<byte[]> ValueAsync(this RecordContent content, CancellationToken cancellationToken)
    {
        using var value = new MemoryStream();
        var buffer = new byte[ReadSize];
        while (await content.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            value.Write(buffer, 0, read);
        return value.ToArray();
    }
}
