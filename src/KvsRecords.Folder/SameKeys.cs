using KvsRecords.Storage;

namespace KvsRecords.Folder;

/// <summary>Makes one record of all files with the same key: the newest counts.</summary>
internal sealed class SameKeys(StoreFiles files, NoRecords noRecords, IFolderEvents events)
{
    /// <returns>The records in the order of their keys, each key once.</returns>
    public RecordFile[] Join(List<RecordFile> found)
    {
        found.Sort((one, other) => one.Key.CompareTo(other.Key));
        var kept = 0;
        for (var (first, next) = (0, 0); first < found.Count; first = next)
        {
            next = first + 1;
            while (next < found.Count && found[next].Key == found[first].Key)
                next++;
            found[kept++] = next == first + 1 ? found[first] : OneOf(found.GetRange(first, next - first));
        }

        return [.. found[..kept]];
    }

    private RecordFile OneOf(List<RecordFile> sameKey)
    {
        // Of files that are equally old, always the same one, whatever the order in which the folder lists them. Two sidecars may
        // describe one file.
        var rivals = sameKey.OrderBy(file => file.FileName, StringComparer.Ordinal).ThenBy(file => file.Sidecar?.Name, StringComparer.Ordinal)
            .DistinctBy(file => file.FileName, StringComparer.Ordinal).ToArray();
        if (rivals.Length == 1)
            return rivals[0];

        var newest = (rivals[0] with { Rivals = rivals }).Newest(files);
        foreach (var rival in rivals.Where(rival => rival.FileName != newest.FileName && files.StatusOf(rival.FileName, out _) is not null))
        {
            noRecords.Add(NoRecordReason.HiddenByNewer, rival.FileName);
            events.SameKey(newest.Key.Text, files.PathOf(newest.FileName), files.PathOf(rival.FileName));
        }

        return newest with { Rivals = rivals };
    }
}
