using System.IO.Enumeration;
using KvsRecords.Storage;

namespace KvsRecords.Folder;

/// <summary>The names in a store's folder, listed once and sorted by what they may be.</summary>
internal sealed class FolderNames
{
    public const string SidecarEnding = "." + StoreMetadata.FileName;

    private const string TemporaryEnding = ".tmp";

    // What desktops and version control leave in a folder.
    private static readonly HashSet<string> Strangers = [".DS_Store", ".gitkeep", ".gitignore", "Thumbs.db", "desktop.ini"];

    private readonly List<string> _folders = [];

    private FolderNames()
    {
    }

    /// <summary>The names of files that may hold values.</summary>
    public List<string> Values { get; } = [];

    /// <summary>The names of files that hold values only where a sidecar says so: keys may end in <c>.tmp</c>, too.</summary>
    public List<string> Temporary { get; } = [];

    /// <summary>The names, without <see cref="SidecarEnding"/>, of files that may describe values.</summary>
    public List<string> Sidecars { get; } = [];

    /// <summary>The files that are never records.</summary>
    public NoRecords NoRecords { get; } = new();

    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="UnauthorizedAccessException">Its names may not be listed.</exception>
    public static FolderNames List(string folder)
    {
        var names = new FolderNames();
        var entries = new FileSystemEnumerable<bool>(folder, (ref FileSystemEntry entry) => names.Add(ref entry), new EnumerationOptions
        {
            // Hidden files are records too when their key begins with a dot; nothing may be skipped because it cannot be read.
            AttributesToSkip = 0,
            IgnoreInaccessible = false,
            RecurseSubdirectories = false,
        });
        foreach (var _ in entries)
        {
            // The transformation above keeps the name.
        }

        foreach (var inner in names._folders)
            names.CountFilesIn(folder, inner);
        return names;
    }

    /// <summary>Tells whether a file of this name may hold a value and have a sidecar beside it. A sidecar itself may not.</summary>
    public static bool CanBeAValue(string name) =>
        WhyNoRecord(name) is null && WhyNoRecord(name + SidecarEnding) is null
        && !name.EndsWith(SidecarEnding, StringComparison.Ordinal) && name is not ("" or "." or "..");

    private bool Add(ref FileSystemEntry entry)
    {
        var name = entry.FileName;
        if (entry.IsDirectory)
        {
            if (!entry.Attributes.HasFlag(FileAttributes.ReparsePoint))
                _folders.Add(name.ToString());
        }
        else if (WhyNoRecord(name) is { } reason)
        {
            if (reason == NoRecordReason.Temporary && !name.StartsWith(".tmp."))
                Temporary.Add(name.ToString());
            else if (!name.SequenceEqual(StoreMetadata.FileName))
                NoRecords.Add(reason, name.ToString());
        }
        else if (name.EndsWith(SidecarEnding) && name.Length > SidecarEnding.Length)
        {
            Sidecars.Add(name[..^SidecarEnding.Length].ToString());
        }
        else
        {
            Values.Add(name.ToString());
        }

        return true;
    }

    // Their files are not listed: no crawler reads them again, and files that come and go there do not touch the store's own folder.
    private void CountFilesIn(string folder, string inner)
    {
        var files = new FileSystemEnumerable<string>(Path.Join(folder, inner), (ref FileSystemEntry entry) => entry.ToFullPath(), new EnumerationOptions
        {
            AttributesToSkip = 0,
            IgnoreInaccessible = true,
            RecurseSubdirectories = true,
        })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref FileSystemEntry entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
        try
        {
            foreach (var file in files)
                NoRecords.Add(NoRecordReason.InFolder, Path.GetRelativePath(folder, file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Such as a crawler's lock, which is a folder, and gone by now.
        }
    }

    /// <summary>Store metadata, what crawlers write before they rename it, what they put aside, and what others leave behind.</summary>
    private static NoRecordReason? WhyNoRecord(ReadOnlySpan<char> name)
    {
        if (name.SequenceEqual(StoreMetadata.FileName) || name.StartsWith("__CRAWLEE_") || name.StartsWith("__OLD"))
            return NoRecordReason.SetAside;
        if (name.StartsWith(".tmp.") || (name.EndsWith(TemporaryEnding) && name[..^TemporaryEnding.Length].Contains('.')))
            return NoRecordReason.Temporary;
        return Strangers.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name) ? NoRecordReason.OfAnotherProgram : null;
    }
}
