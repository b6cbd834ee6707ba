using System.Text.Json;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>The folder of a store: written as crawlers write it, read as the server reads it.</summary>
internal sealed class StoreFolder(StorageFolder storage, string path)
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    public string Path => path;

    public string PathOf(string fileName) => System.IO.Path.Join(path, fileName);

    /// <summary>Writes a file as it is.</summary>
    public string Write(string fileName, string text = "value", DateTime? lastWrite = null)
    {
        File.WriteAllText(PathOf(fileName), text);
        if (lastWrite is { } time)
            File.SetLastWriteTimeUtc(PathOf(fileName), time);
        return PathOf(fileName);
    }

    /// <summary>Writes a record as Crawlee for Python does, whose encoding is this one exactly.</summary>
    public string WriteEncoded(string key, string text = "value", DateTime? lastWrite = null)
    {
        var name = Uri.EscapeDataString(key);
        WriteSidecar(name, JsonSerializer.Serialize(new { key, content_type = "text/plain; charset=utf-8", size = text.Length }));
        return Write(name, text, lastWrite);
    }

    /// <summary>Writes the sidecar of a file, by default as Crawlee for Python does for the key that the file's name encodes.</summary>
    public void WriteSidecar(string name, string? json = null) => Write(
        name + ".__metadata__.json",
        json ?? JsonSerializer.Serialize(new { key = Uri.UnescapeDataString(name), content_type = "text/plain", size = 1 }));

    public void WriteMetadata(string json) => Write("__metadata__.json", json);

    public async Task<Store> FindAsync(params StoreDeclaration[] declarations)
    {
        var stores = await storage.Open(declarations).ListAsync(Running);
        return stores.Single(store => store.Location == path);
    }

    public async Task<IRecordSnapshot> OpenSnapshotAsync() =>
        await storage.Open().OpenSnapshotAsync(await FindAsync(), RecordFilter.Everything, Running);

    public async Task<RecordContent?> OpenRecordAsync(string key) =>
        await storage.Open().OpenRecordAsync(await FindAsync(), new RecordKey(key), Running);

    public async Task<List<string>> KeysAsync() => await storage.Open().KeysAsync(await FindAsync(), null, Running);

    /// <summary>What an archive would hold: each key that opens, and its value.</summary>
    public async Task<Dictionary<string, string>> RecordsAsync()
    {
        var records = new Dictionary<string, string>();
        await using var snapshot = await OpenSnapshotAsync();
        await foreach (var key in snapshot.ReadKeysAsync(Running))
        {
            if (await snapshot.ValueAsync(key.Text, Running) is { } value)
                records.Add(key.Text, System.Text.Encoding.UTF8.GetString(value));
        }

        return records;
    }
}
