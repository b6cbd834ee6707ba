using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

/// <summary>
/// The promises of <see cref="IStoreWriter"/>, <see cref="IStoreImport"/> and <see cref="ICompressedSnapshot"/>, kept by every backend of
/// managed stores.
/// </summary>
public abstract partial class ManagedStorageContract : IAsyncLifetime
{
    private IManagedStorage _storage = null!;

    /// <summary>A new storage without a store.</summary>
    /// <param name="durable">Whether a write has reached the disk before it is answered.</param>
    protected abstract IManagedStorage Open(bool durable);

    /// <inheritdoc cref="StoreReaderContract.Effort"/>
    protected virtual int Effort => 100;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    private static User Owner => StoreReaderContract.Owner;

    private static User OtherUser => StoreReaderContract.OtherUser;

    private ICompressedStoreReader Stores => _storage.Stores;

    private IStoreWriter Writer => _storage.Writer;

    public ValueTask InitializeAsync()
    {
        _storage = Open(durable: false);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return _storage.DisposeAsync();
    }

    private async Task UseAsync(bool durable)
    {
        await DisposeAsync();
        _storage = Open(durable);
    }

    private Task RestartAsync() => _storage.RestartAsync();

    private Task<StoredRows> SweepAsync() => _storage.SweepAsync();

    private async Task<Store> StoreAsync(string? name = "s") => (await Writer.GetOrCreateAsync(Owner, name, null, Running)).Store;

    private async Task PutAsync(Store store, string key, byte[] value, string? contentType = null) =>
        Assert.True(await Writer.PutAsync(store, new(new(key), contentType), new MemoryStream(value), Running));

    private async Task<byte[]?> ValueAsync(Store store, string key)
    {
        await using var snapshot = await Stores.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        return await snapshot.ValueAsync(key, Running);
    }

    private async Task<ICompressedSnapshot> OpenAsync(Store store) =>
        (await Stores.OpenCompressedSnapshotAsync(store, RecordFilter.Everything, Running))!;
}
