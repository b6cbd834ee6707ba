namespace KvsRecords.Folder;

/// <summary>Keys and names as the names of files: percent-encoded but for <c>A-Z a-z 0-9 _ . - ~</c>, as crawlers do it.</summary>
internal static class EncodedName
{
    /// <summary>MUST be one that is read as a record with this key, also where the key looks like a file of another kind.</summary>
    public static string OfKey(string key)
    {
        var name = Uri.EscapeDataString(key);
        return FolderNames.CanBeAValue(name) ? name : WithoutMarks(name);
    }

    /// <summary>MUST be one that is read as a store, and lies in the folder of the stores.</summary>
    public static string OfStore(string store)
    {
        var name = Uri.EscapeDataString(store);
        return StoreFolders.IsSetAside(name) ? WithoutMarks(name) : name;
    }

    // A dot or an underscore marks what is no record or no store.
    private static string WithoutMarks(string name) =>
        name.Replace("_", "%5F", StringComparison.Ordinal).Replace(".", "%2E", StringComparison.Ordinal);
}
