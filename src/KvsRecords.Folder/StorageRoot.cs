namespace KvsRecords.Folder;

/// <summary>
/// The folder of the stores within the folder that a person named, which may be the one that holds <c>key_value_stores</c>, or
/// that one itself. Asked anew each time: a crawler may make it, or remake it, at any moment.
/// </summary>
internal static class StorageRoot
{
    private const string StoresFolder = "key_value_stores";
    private static readonly string[] Neighbours = ["datasets", "request_queues"];

    public static string Locate(string storage)
    {
        var inside = Path.Join(storage, StoresFolder);
        if (Directory.Exists(inside))
            return inside;
        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(storage))) == StoresFolder)
            return storage;

        // A storage in which no key-value store was made yet, or a folder of stores that goes by another name?
        var isStorage = Neighbours.Any(name => Directory.Exists(Path.Join(storage, name)))
            || !Directory.Exists(storage)
            || !Directory.EnumerateDirectories(storage).Any();
        return isStorage ? inside : storage;
    }
}
