using KvsRecords.StorageContract;

namespace KvsRecords.Folder.Tests;

public abstract class FolderStorageContractTests : StoreReaderContract
{
    protected abstract string NameOf(string key);

    protected abstract bool HasSidecars { get; }

    protected override async Task<IBackend> OpenAsync(params StoreContents[] stores)
    {
        var backend = new FolderBackend(NameOf, HasSidecars);
        foreach (var store in stores)
            await backend.AddAsync(store);
        return backend;
    }

    public sealed class InTheLayoutOfEncodedKeys : FolderStorageContractTests
    {
        protected override bool HasSidecars => true;

        protected override string NameOf(string key) => Uri.EscapeDataString(key);

        // The encoding keeps dots, and folders have these names already.
        protected override bool CanHold(string key) => key is not ("" or "." or "..");
    }

    public sealed class InTheLayoutOfExtensions : FolderStorageContractTests
    {
        protected override bool HasSidecars => false;

        protected override string NameOf(string key) => key + ".bin";

        protected override bool CanHold(string key) => key.Length > 0 && !key.Contains('/') && !key.Contains('\0');
    }
}
