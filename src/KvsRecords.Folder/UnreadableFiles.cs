using System.Diagnostics;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using KvsRecords.Unix;

namespace KvsRecords.Folder;

/// <summary>
/// Finds files of a storage folder that this process may not read, such as those of a crawler under another user: Crawlee for Python
/// leaves mode 0600.
/// </summary>
/// <param name="storage">The folder that holds <c>key_value_stores</c>, or that one itself.</param>
/// <param name="clock">Measures how long an answer holds.</param>
/// <param name="maxTime">How long to look at most; null: a second, in which 150,000 files can be looked at.</param>
public sealed partial class UnreadableFiles(string storage, TimeProvider clock, TimeSpan? maxTime = null)
{
    private const int AccessDenied = 13;
    private const int ToRead = 4;
    private const int ToEnter = 1;
    private const int ModeMask = 0b111_111_111;

    // An answer holds 50 times as long as it took: a client that asks again and again costs a fiftieth of one processor.
    private const int Share = 50;

    private static readonly IEnumerable<string> Nothing = [];

    private readonly TimeSpan _maxTime = maxTime ?? TimeSpan.FromSeconds(1);
    private readonly Lock _turn = new();
    private IReadOnlyList<UnreadableGroup> _found = [];
    private long _asked;
    private TimeSpan _holds;

    /// <summary>Counts the files and folders that the last search looked at.</summary>
    internal long LookedAt { get; private set; }

    /// <summary>Those that cannot be read, grouped by their owner and mode. Empty where all can, and on Windows.</summary>
    public IReadOnlyList<UnreadableGroup> Find()
    {
        lock (_turn)
        {
            if (OperatingSystem.IsWindows() || (_asked != 0 && clock.GetElapsedTime(_asked) < _holds))
                return _found;

            var start = Stopwatch.GetTimestamp();
            _found = Look(start);
            (_asked, _holds) = (clock.GetTimestamp(), Stopwatch.GetElapsedTime(start) * Share);
            return _found;
        }
    }

    private List<UnreadableGroup> Look(long start)
    {
        var groups = new List<UnreadableGroup>();
        var isWhole = true;
        LookedAt = 0;
        foreach (var path in FilesAndFolders())
        {
            LookedAt++;
            if (Access(path, IsFolder(path) ? ToRead | ToEnter : ToRead) != 0 && Marshal.GetLastPInvokeError() == AccessDenied)
                Add(groups, path);
            if (Stopwatch.GetElapsedTime(start) > _maxTime)
            {
                isWhole = false;
                break;
            }
        }

        return groups.ConvertAll(group => group with { IsWhole = isWhole });
    }

    // Folders end with a separator.
    private IEnumerable<string> FilesAndFolders()
    {
        var root = StorageRoot.Locate(storage);
        if (!Directory.Exists(root))
            yield break;

        foreach (var folder in Entries(root, wantsFolders: true) ?? Nothing)
        {
            if (StoreFolders.IsSetAside(Path.GetFileName(folder)))
                continue;

            yield return folder + Path.DirectorySeparatorChar;
            foreach (var file in Entries(folder, wantsFolders: false) ?? Nothing)
                yield return file;
        }
    }

    private static bool IsFolder(string path) => Path.EndsInDirectorySeparator(path);

    // In the order of the file system, so that only files that are looked at are listed. Files that crawlers write before they rename them
    // are soon gone.
    private static FileSystemEnumerable<string>? Entries(string folder, bool wantsFolders)
    {
        try
        {
            return new FileSystemEnumerable<string>(
                folder,
                (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(),
                new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true })
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) =>
                    entry.IsDirectory == wantsFolders && !entry.FileName.StartsWith(".tmp.") && !entry.FileName.EndsWith(".tmp"),
            };
        }
        catch (IOException) when (!Directory.Exists(folder))
        {
            // The file was removed meanwhile, or its name is no UTF-8, so that it has another name than the listing says.
            return null;
        }
    }

    private static void Add(List<UnreadableGroup> groups, string path)
    {
        if (Status(Path.TrimEndingDirectorySeparator(path)) is not { } status)
            return;

        var one = new UnreadableGroup(
            1, path, IsFolder(path), status.Owner, status.Group, (int)status.Permissions & ModeMask, FileStatus.GetEffectiveUser());
        var index = groups.FindIndex(group => group with { Count = 1, Example = path } == one);
        if (index < 0)
            groups.Add(one);
        else
            groups[index] = groups[index] with { Count = groups[index].Count + 1 };
    }

    // Null also for one in a folder that was closed meanwhile.
    private static FileStatus? Status(string path)
    {
        try
        {
            return FileStatus.Of(path);
        }
        catch (IOException)
        {
            return null;
        }
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Access", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Access(string path, int mode);
}
