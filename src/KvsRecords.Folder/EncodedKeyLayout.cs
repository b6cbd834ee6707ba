using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>
/// The layout of Crawlee for Python, crawlee-storage and Crawlee JS v4: a file is named after its key with everything but
/// <c>A-Z a-z 0-9 _ . - ~</c> percent-encoded, and has a sidecar. A file without one is no record, except the input.
/// </summary>
internal static class EncodedKeyLayout
{
    private static readonly string[] BareInputs = ["INPUT", "INPUT.json", "INPUT.txt", "INPUT.bin"];

    public static IEnumerable<RecordFile> Read(FolderNames names, Action<string, string> leftOut)
    {
        foreach (var name in names.Sidecars)
        {
            if (PercentEncoding.TryDecode(name, out var key))
                yield return new RecordFile(new RecordKey(key), name, name + FolderNames.SidecarEnding);
            else
                leftOut(name, "is not the percent-encoding of a key");
        }

        foreach (var input in names.Values.Intersect(BareInputs).Except(names.Sidecars))
            yield return new RecordFile(new RecordKey("INPUT"), input);
    }
}
