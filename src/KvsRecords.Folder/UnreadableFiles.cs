using System.Diagnostics;
using System.IO.Enumeration;
using System.Runtime.InteropServices;

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

    // An answer holds 50 times as long as it took: whoever asks again and again costs a fiftieth of one processor.
    private const int Share = 50;

    private readonly TimeSpan _maxTime = maxTime ?? TimeSpan.FromSeconds(1);
    private readonly Lock _turn = new();
    private IReadOnlyList<UnreadableGroup> _found = [];
    private long _asked;
    private TimeSpan _holds;

    /// <summary>How many files and folders were looked at the last time.</summary>
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
        var groups = new Dictionary<(uint, uint, int, bool), UnreadableGroup>();
        var isWhole = true;
        LookedAt = 0;
        foreach (var (path, isFolder) in FilesAndFolders())
        {
            LookedAt++;
            if (Access(path, isFolder ? ToRead | ToEnter : ToRead) != 0 && Marshal.GetLastPInvokeError() == AccessDenied)
                Add(groups, path, isFolder);
            if (Stopwatch.GetElapsedTime(start) > _maxTime)
            {
                isWhole = false;
                break;
            }
        }

        return [.. groups.Values.Select(group => group with { IsWhole = isWhole })];
    }

    private IEnumerable<(string Path, bool IsFolder)> FilesAndFolders()
    {
        var root = StorageRoot.Locate(storage);
        if (!Directory.Exists(root))
            yield break;

        foreach (var folder in Entries(root, wantsFolders: true).Where(folder => !StoreFolders.IsSetAside(Path.GetFileName(folder))))
        {
            yield return (folder, true);
            foreach (var file in Entries(folder, wantsFolders: false))
                yield return (file, false);
        }
    }

    // As they come, so that no more are listed than are looked at. What crawlers write before they rename it is soon gone.
    private static FileSystemEnumerable<string> Entries(string folder, bool wantsFolders) => new(
        folder,
        (ref FileSystemEntry entry) => entry.ToSpecifiedFullPath(),
        new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = true })
    {
        ShouldIncludePredicate = (ref FileSystemEntry entry) =>
            entry.IsDirectory == wantsFolders && !entry.FileName.StartsWith(".tmp.") && !entry.FileName.EndsWith(".tmp"),
    };

    private static void Add(Dictionary<(uint, uint, int, bool), UnreadableGroup> groups, string path, bool isFolder)
    {
        if (LStat(path, out var status) != 0)
            return;

        var key = (status.Uid, status.Gid, status.Mode, isFolder);
        groups[key] = groups.TryGetValue(key, out var group)
            ? group with { Count = group.Count + 1 }
            : new UnreadableGroup(1, path, isFolder, status.Uid, status.Gid, status.Mode & 0b111_111_111, GetEUid());
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Access", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Access(string path, int mode);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_GetEUid")]
    private static partial uint GetEUid();

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int LStat(string path, out Status status);

    // The beginning of what .NET's own native layer fills in, the same on every Unix, and room for the rest of it.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct Status
    {
        public int Flags;
        public int Mode;
        public uint Uid;
        public uint Gid;
    }
}
