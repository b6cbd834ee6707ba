using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>A file of a store's folder and the key that it holds the value of.</summary>
/// <param name="Key">The key.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="Sidecar">The sidecar that describes it, or null.</param>
/// <param name="Rivals">
/// All files with the key where there are several, this one among them. Which of them is the newest can change without a change of the
/// folder, so it is asked when the record is.
/// </param>
internal readonly record struct RecordFile(RecordKey Key, string FileName, Sidecar? Sidecar = null, RecordFile[]? Rivals = null)
{
    // As Crawlee JS v3 reads a file that has neither a sidecar nor an extension.
    private const string WithoutExtension = "text/plain";

    /// <summary>The content type: the one that the sidecar says, or else that of the file's name; null where neither tells.</summary>
    public string? ContentType =>
        Sidecar?.Content?.ContentType
        ?? ContentTypes.OfFile(FileName)
        ?? (Sidecar is null && FileName.LastIndexOf('.') <= 0 ? OfWholeName : null);

    /// <summary>
    /// Finds the newest of the files with the key, as they are now: a file that is gone or is never opened hides no other.
    /// </summary>
    public RecordFile Newest(StoreFiles files)
    {
        if (Rivals is null)
            return this;

        var (newest, time) = (this, long.MinValue);
        foreach (var rival in Rivals)
        {
            if (files.StatusOf(rival.FileName, out _) is { } status && status.Stamp.Modified > time)
                (newest, time) = (rival, status.Stamp.Modified);
        }

        return newest;
    }

    // Crawlee JS v3 calls a file just 'csv' where that is the key of a CSV.
    private string OfWholeName => ContentTypes.OfFile("." + FileName) ?? WithoutExtension;
}
