using KvsRecords.Access;
using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>The folders of the stores, each with its metadata and its declaration.</summary>
internal sealed class StoreFolders(string storage, DeclaredStores declared, IFolderEvents events)
{
    // Without a declared key there would be no links for others, and none by which a browser downloads. Nothing is written to the folder, so
    // the keys are good as long as this object lives.
    private readonly string _secretOfKeys = UrlSignature.CreateKey();

    /// <summary>All stores, in an order that does not change from one call to the next.</summary>
    public IEnumerable<Store> All() => Called(_ => true);

    /// <summary>Lists the stores whose folder has this name.</summary>
    public IEnumerable<Store> Called(Func<string, bool> isMeant)
    {
        var root = StorageRoot.Locate(storage);
        if (root != storage && Directory.Exists(root) && !IsInside(root))
            return [];

        return Folders(root)
            .Where(folder => isMeant(folder.Name) && !IsSetAside(folder.Name) && StaysInside(folder))
            .OrderBy(folder => folder.Name, StringComparer.Ordinal)
            .Select(folder => Describe(folder.FullName));
    }

    // A check for existence would take a folder that may not be looked into for one that is missing.
    private static List<DirectoryInfo> Folders(string root)
    {
        try
        {
            return [.. new DirectoryInfo(root).EnumerateDirectories()];
        }
        catch (IOException) when (!Directory.Exists(root))
        {
            return [];
        }
    }

    private Store Describe(string folder)
    {
        var label = Path.GetFileName(folder);
        var metadata = StoreMetadata.Read(folder, storage, events);

        // The folder of a store without a name is called by its id; that of Crawlee JS v3 is a UUID.
        var isId = label == metadata.Id || Guid.TryParseExact(label, "D", out _);
        var store = declared.Describe(
            folder,
            label,
            metadata.Name ?? (isId ? null : label),
            metadata.Id ?? (isId ? label : null),
            isLabel: other => Directory.Exists(Path.Join(Path.GetDirectoryName(folder), other)));
        var times = FolderTimes.Of(folder);
        return store with
        {
            UrlSigningSecretKey = store.UrlSigningSecretKey ?? UrlSignature.CreateHmac(_secretOfKeys, store.Id),
            CreatedAt = metadata.CreatedAt ?? times?.Made,
            ModifiedAt = metadata.ModifiedAt ?? times?.Modified,
            AccessedAt = metadata.AccessedAt ?? metadata.ModifiedAt ?? times?.Modified,
        };
    }

    /// <summary>Tells whether a folder of this name was put aside, and is no store.</summary>
    public static bool IsSetAside(string name) =>
        name.StartsWith("__CRAWLEE_", StringComparison.Ordinal) || name.StartsWith("__OLD", StringComparison.Ordinal) || name.StartsWith('.');

    private bool StaysInside(DirectoryInfo folder) =>
        !folder.Attributes.HasFlag(FileAttributes.ReparsePoint) || IsInside(folder.FullName);

    private bool IsInside(string folder)
    {
        var inside = RegularFile.IsFolderInside(folder, storage);
        if (!inside)
            events.LeftOut(folder, folder.Contains(RecordFinder.Undecodable) ? RecordFinder.NoUtf8 : RegularFile.LeadsOutside);
        return inside;
    }
}
