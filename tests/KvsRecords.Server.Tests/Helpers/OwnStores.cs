using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>Stores of our own, past any server.</summary>
internal static class OwnStores
{
    /// <summary>Opens the storage that flags name, and loads and declares what they and a configuration say, as a start does.</summary>
    public static async Task<OwnStorage> OpenAsync(string? configuration = null, params (Setting Setting, string Value)[] flags)
    {
        using var folder = new StorageFolder();
        var options = RunningServer.ReadOptions(folder, configuration, "off", await Databases.InPlaceOfFoldersAsync(flags));
        var own = (await OwnStorage.OpenAsync(options, TestContext.Current.CancellationToken))!;
        try
        {
            await own.PrepareAsync(options, reporter: null, TestContext.Current.CancellationToken);
            return own;
        }
        catch
        {
            await own.DisposeAsync();
            throw;
        }
    }

    /// <summary>Every record of a store, in its order.</summary>
    public static async Task<List<StoredRecord>> RecordsAsync(this IStoreReader stores, Store store)
    {
        var cancellation = TestContext.Current.CancellationToken;
        await using var snapshot = await stores.OpenSnapshotAsync(store, RecordFilter.Everything, cancellation);
        var records = new List<StoredRecord>();
        await foreach (var key in snapshot.ReadKeysAsync(cancellation))
        {
            await using var content = (await snapshot.OpenAsync(key, cancellation))!;
            using var value = new MemoryStream();
            await new RecordStream(content).CopyToAsync(value, cancellation);
            records.Add(new StoredRecord(key.Text, Convert.ToHexString(value.ToArray()), content.ContentType, content.LastModified));
        }

        return records;
    }

    public static async Task<List<StoredRecord>> RecordsAsync(this IStoreReader stores, string name)
    {
        var store = (await stores.ListAsync(TestContext.Current.CancellationToken)).Single(store => store.Name == name);
        return await stores.RecordsAsync(store);
    }
}

/// <summary>A record, with its value in hexadecimal.</summary>
internal sealed record StoredRecord(string Key, string Value, string? ContentType, DateTimeOffset Modified);
