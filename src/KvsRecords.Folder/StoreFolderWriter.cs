using System.Text.Encodings.Web;
using System.Text.Json;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>
/// A new folder of a store, as crawlers write it: percent-encoded keys with sidecars (Crawlee for Python, crawlee-storage, Crawlee JS
/// v4). MUST have its name only once it is whole; disposing one that is not removes it.
/// </summary>
public sealed class StoreFolderWriter : IDisposable
{
    // Names are written as they are: it is a file, and no page of a browser's.
    private static readonly JsonWriterOptions Json = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Store _store;
    private readonly string _temporary;
    private bool _isWhole;

    private StoreFolderWriter(Store store, string folder, string temporary) => (_store, Folder, _temporary) = (store, folder, temporary);

    /// <summary>The folder that it becomes.</summary>
    public string Folder { get; }

    /// <summary>Begins a store's folder within a storage folder, which is made when it is not there.</summary>
    /// <exception cref="IOException">There is one already, or it cannot be made.</exception>
    public static StoreFolderWriter Create(string storage, Store store)
    {
        var stores = Path.Join(storage, StorageRoot.StoresFolder);
        var folder = Path.Join(stores, EncodedName.OfStore(store.DisplayName));
        if (Path.Exists(folder))
            throw new IOException($"{folder} is there already, and stays as it is.");

        // A name that begins with a dot is that of no store.
        var temporary = Path.Join(stores, $".tmp.{Path.GetRandomFileName()}");
        Directory.CreateDirectory(temporary);
        return new StoreFolderWriter(store, folder, temporary);
    }

    /// <summary>Adds a record; several may be added at once.</summary>
    /// <exception cref="IOException">It cannot be read, or not be written.</exception>
    public async Task AddAsync(RecordKey key, RecordContent content, CancellationToken cancellationToken)
    {
        var path = Path.Join(_temporary, EncodedName.OfKey(key.Text));
        await WriteSidecarAsync(path + FolderNames.SidecarEnding, key, content, cancellationToken);

        // Never over another file: where a file system takes two names for the same, the caller must hear of it.
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await using var value = new RecordStream(content);
        await value.CopyToAsync(file, cancellationToken);
        await file.FlushAsync(cancellationToken);
        File.SetLastWriteTimeUtc(file.SafeFileHandle, content.LastModified.UtcDateTime);
    }

    /// <summary>Writes the store's metadata, and gives the folder its name.</summary>
    /// <param name="now">The time for those that the store does not have, since crawlers need them.</param>
    /// <exception cref="IOException">There is one by now, or it cannot be done.</exception>
    public void Complete(DateTimeOffset now)
    {
        using (var file = new FileStream(Path.Join(_temporary, StoreMetadata.FileName), FileMode.CreateNew))
        {
            using var json = new Utf8JsonWriter(file, Json);
            json.WriteStartObject();
            json.WriteString("id", _store.Id);
            json.WriteString("name", _store.Name);
            json.WriteString("accessedAt", _store.AccessedAt ?? now);
            json.WriteString("createdAt", _store.CreatedAt ?? now);
            json.WriteString("modifiedAt", _store.ModifiedAt ?? now);
            json.WriteEndObject();
        }

        Directory.Move(_temporary, Folder);
        _isWhole = true;
    }

    /// <summary>Removes a folder that is not whole.</summary>
    public void Dispose()
    {
        if (!_isWhole)
            Directory.Delete(_temporary, recursive: true);
    }

    private static async Task WriteSidecarAsync(string path, RecordKey key, RecordContent content, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        await using var json = new Utf8JsonWriter(file, Json);
        json.WriteStartObject();
        json.WriteString("key", key.Text);
        json.WriteString("contentType", content.ContentType ?? ContentTypes.Unknown);
        json.WriteNumber("size", content.Length);
        json.WriteEndObject();
        await json.FlushAsync(cancellationToken);
    }
}
