using KvsRecords.Storage;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

/// <summary>
/// The promises of <see cref="IStoreReader"/> and <see cref="IRecordSnapshot"/>, kept by every backend without exceptions for any
/// of them. A backend derives, and says how a storage of it is filled.
/// </summary>
public abstract partial class StoreReaderContract
{
    /// <summary>Whose all stores are.</summary>
    public static readonly User Owner = new("HJ5kR8tLmN2pKs7Yd", "jane.doe");

    /// <summary>A user who has none of them.</summary>
    public static readonly User OtherUser = new("Zq3vR8tLmN2pKs7Yd", "john");

    private static readonly StoredRecord[] NastyRecords =
    [
        new("\uFFFF"), new("😀"), new("\uE000"), new("z"), new("Z"), new("it's_(fine)!"),
        new(" "), new("a.json"), new("a"), new("%2F"), new("é"),
    ];

    /// <summary>How often what is up to chance is tried, in percent: a database across a network takes longer.</summary>
    protected virtual int Effort => 100;

    /// <summary>A new storage that holds these stores.</summary>
    protected abstract Task<IBackend> OpenAsync(params StoreContents[] stores);

    /// <summary>Whether there is a way at all for a record with this key to get into the storage.</summary>
    protected virtual bool CanHold(string key) => true;

    /// <summary>Whether there is a way at all for two stores of an owner to have names that differ only in case.</summary>
    protected virtual bool NamesMayDifferOnlyInCase => true;

    /// <summary>Whether there is a way at all for a record to have a content type that is not the one of its extension.</summary>
    protected virtual bool ContentTypesMayBeAnything => true;

    private static CancellationToken Cancelled { get; } = new(canceled: true);

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    private static async Task<Store> FindAsync(IBackend backend, string name) =>
        await backend.Stores.FindByNameAsync(Owner, name, Running)
        ?? throw new InvalidOperationException($"The backend did not make '{name}'.");

    private static async Task<List<string>> KeysAsync(IBackend backend, string name) =>
        await backend.Stores.KeysAsync(await FindAsync(backend, name), null, Running);

    private static async Task<IRecordSnapshot> OpenSnapshotAsync(IBackend backend, string name) =>
        await backend.Stores.OpenSnapshotAsync(await FindAsync(backend, name), RecordFilter.Everything, Running);
}
