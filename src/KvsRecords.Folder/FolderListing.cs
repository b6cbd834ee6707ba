using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>The records of a store's folder: its names, listed once, read in their layout, filtered and put in order.</summary>
internal static class FolderListing
{
    // What .NET puts in place of bytes that are no UTF-8: such a file cannot be opened by the name that it was listed under.
    private const char Undecodable = '\uFFFD';

    public static List<RecordFile> Read(string folder, string root, RecordFilter filter, IFolderEvents events)
    {
        void LeaveOut(string name, string reason) => events.LeftOut(Path.Join(folder, name), reason);

        var names = FolderNames.List(folder);
        var encoded = names.Sidecars.Count > 0 && !SidecarKind.IsOfExtensionLayout(folder, root, names.Sidecars, events);
        var files = new List<RecordFile>(encoded ? names.Sidecars.Count : names.Values.Count);
        foreach (var file in encoded ? EncodedKeyLayout.Read(names, LeaveOut) : ExtensionLayout.Read(names))
        {
            if (file.FileName.Contains(Undecodable) && !File.Exists(Path.Join(folder, file.FileName)))
                LeaveOut(file.FileName, "has a name that is no UTF-8");
            else if (file.Key.WhyUnsafeToUnpack() is { } reason)
                LeaveOut(file.FileName, $"would not be safe to unpack: its key {reason}");
            else if (filter.Matches(file.Key))
                files.Add(file);
        }

        files.Sort((one, other) => one.Key.CompareTo(other.Key));
        return OneForEachKey(files, folder, root, events);
    }

    private static List<RecordFile> OneForEachKey(List<RecordFile> sorted, string folder, string root, IFolderEvents events)
    {
        var kept = 0;
        for (var i = 0; i < sorted.Count; i++)
        {
            var file = sorted[i];
            if (kept > 0 && sorted[kept - 1].Key == file.Key)
                sorted[kept - 1] = OneOf(sorted[kept - 1], file, folder, root, events);
            else
                sorted[kept++] = file;
        }

        sorted.RemoveRange(kept, sorted.Count - kept);
        return sorted;
    }

    private static RecordFile OneOf(RecordFile one, RecordFile other, string folder, string root, IFolderEvents events)
    {
        // What is gone, or is never opened, hides no record; what becomes of it shows when it is opened.
        if (Changed(other) is not { } otherChanged)
            return one;
        if (Changed(one) is not { } oneChanged)
            return other;

        // Of two that are equally old, always the same one, whatever the order in which the folder lists them.
        var otherIsNewer = otherChanged == oneChanged
            ? string.CompareOrdinal(other.FileName, one.FileName) < 0
            : otherChanged > oneChanged;
        var (newer, older) = otherIsNewer ? (other, one) : (one, other);
        events.SameKey(one.Key.Text, Path.Join(folder, newer.FileName), Path.Join(folder, older.FileName));
        return newer;

        DateTimeOffset? Changed(RecordFile file)
        {
            try
            {
                return RegularFile.Look(Path.Join(folder, file.FileName), root, out _)?.LastWrite;
            }
            catch (FileNotFoundException)
            {
                return null;
            }
        }
    }
}
