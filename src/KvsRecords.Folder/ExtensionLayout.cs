using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>
/// The layout of Crawlee JS v3 and storage-local: a file is named after its key, as it is, and an extension that tells the
/// content type. With sidecars, which v3 writes on request, the key is known exactly: it may end like an extension itself.
/// </summary>
internal static class ExtensionLayout
{
    public static IEnumerable<RecordFile> Read(FolderNames names)
    {
        var keysWithSidecar = names.Sidecars.ToHashSet(StringComparer.Ordinal);
        var longer = new Lazy<HashSet<string>>(
            () => names.Values.Where(name => WithoutExtension(name) != name).Select(WithoutExtension).ToHashSet());
        foreach (var name in names.Values)
        {
            var key = IsKey(name) ? name : WithoutExtension(name);
            yield return new RecordFile(new RecordKey(key), name, keysWithSidecar.Contains(key) ? key + FolderNames.SidecarEnding : null);
        }

        // A sidecar of exactly this name may also be that of a longer file's: 'a.json' as JSON, and as text in 'a.json.txt'.
        bool IsKey(string name) =>
            keysWithSidecar.Contains(name) && !(keysWithSidecar.Contains(WithoutExtension(name)) && longer.Value.Contains(name));
    }

    // As the crawler itself does it: the last dot counts, unless it is the first character.
    private static string WithoutExtension(string name)
    {
        var dot = name.LastIndexOf('.');
        return dot > 0 ? name[..dot] : name;
    }
}
