using System.Text.Json.Nodes;
using KvsRecords.StorageContract;

namespace KvsRecords.Folder.Tests;

public abstract class FolderStorageContractTests : StoreReaderContract
{
    protected abstract string NameOf(string key);

    protected abstract (string Name, JsonObject Json)? SidecarOf(StoredRecord record);

    protected override async Task<IBackend> OpenAsync(params StoreContents[] stores)
    {
        var backend = new FolderBackend(NameOf, SidecarOf);
        foreach (var store in stores)
            await backend.AddAsync(store);
        return backend;
    }

    public sealed class InTheLayoutOfEncodedKeys : FolderStorageContractTests
    {
        protected override string NameOf(string key) => Uri.EscapeDataString(key);

        protected override (string Name, JsonObject Json)? SidecarOf(StoredRecord record) =>
            (NameOf(record.Key), new() { ["key"] = record.Key, ["content_type"] = record.ContentType });

        // The encoding keeps dots, and folders have these names already.
        protected override bool CanHold(string key) => key is not ("" or "." or "..");
    }

    public sealed class InTheLayoutOfExtensions : FolderStorageContractTests
    {
        protected override bool ContentTypesMayBeAnything => false;

        protected override string NameOf(string key) => key + ".bin";

        protected override (string Name, JsonObject Json)? SidecarOf(StoredRecord record) => null;

        protected override bool CanHold(string key) => CanBeAName(key);
    }

    public sealed class InTheLayoutOfExtensionsWithSidecars : FolderStorageContractTests
    {
        protected override string NameOf(string key) => key + ".bin";

        protected override (string Name, JsonObject Json)? SidecarOf(StoredRecord record) =>
            (record.Key, new() { ["key"] = record.Key, ["extension"] = "bin", ["contentType"] = record.ContentType });

        protected override bool CanHold(string key) => CanBeAName(key);
    }

    private static bool CanBeAName(string key) => key.Length > 0 && !key.Contains('/') && !key.Contains('\0');
}
