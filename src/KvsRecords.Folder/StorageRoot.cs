namespace KvsRecords.Folder;

/// <summary>
/// The folder of the stores within the folder that a person named, which may be the one that holds <c>key_value_stores</c>, or
/// that one itself. Asked anew each time: a crawler may make it, or remake it, at any moment.
/// </summary>
internal static class StorageRoot
{
    public const string StoresFolder = "key_value_stores";

    public static string Locate(string storage)
    {
        var inside = Path.Join(storage, StoresFolder);
        if (Directory.Exists(inside))
            return inside;
        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(storage))) == StoresFolder)
            return storage;

        // A folder of stores may go by another name, such as that of a container's volume. A store's metadata gives it away; nothing
        // less does, since any folder of a project has folders in it that are no stores.
        return Directory.Exists(storage) && Directory.EnumerateDirectories(storage).Any(IsStore) ? storage : inside;
    }

    private static bool IsStore(string folder) => File.Exists(Path.Join(folder, StoreMetadata.FileName));
}
