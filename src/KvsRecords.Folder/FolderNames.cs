using System.IO.Enumeration;

namespace KvsRecords.Folder;

/// <summary>The names in a store's folder, listed once, without those that are never records in any layout.</summary>
/// <param name="Values">The names of files that may hold values.</param>
/// <param name="Sidecars">The names, without the ending that makes them sidecars, of files that describe a value.</param>
internal sealed record FolderNames(List<string> Values, List<string> Sidecars)
{
    public const string SidecarEnding = "." + StoreMetadata.FileName;

    // What desktops and version control leave in a folder.
    private static readonly HashSet<string> Strangers = [".DS_Store", ".gitkeep", ".gitignore", "Thumbs.db", "desktop.ini"];

    public static FolderNames List(string folder)
    {
        var names = new FolderNames([], []);
        var entries = new FileSystemEnumerable<bool>(folder, (ref FileSystemEntry entry) => names.Add(entry.FileName), new EnumerationOptions
        {
            // Hidden files are records too when their key begins with a dot; nothing may be skipped because it cannot be read.
            AttributesToSkip = 0,
            IgnoreInaccessible = false,
            RecurseSubdirectories = false,
        })
        {
            ShouldIncludePredicate = (ref FileSystemEntry entry) => !entry.IsDirectory,
        };
        foreach (var _ in entries)
        {
            // The transformation above keeps the name.
        }

        return names;
    }

    /// <summary>Whether a file of this name may hold a value and describes none, and one beside it may describe it.</summary>
    public static bool CanBeAValue(string name) =>
        !IsNeverARecord(name) && !IsNeverARecord(name + SidecarEnding)
        && !name.EndsWith(SidecarEnding, StringComparison.Ordinal) && name is not ("." or "..");

    private bool Add(ReadOnlySpan<char> name)
    {
        if (IsNeverARecord(name))
            return true;

        var described = name.EndsWith(SidecarEnding) ? name[..^SidecarEnding.Length] : "";
        if (described.Length == 0)
            Values.Add(name.ToString());
        else if (!described.SequenceEqual(StoreMetadata.FileName))
            Sidecars.Add(described.ToString());
        return true;
    }

    /// <summary>Store metadata, what crawlers write before they rename it, what they put aside, and what others leave behind.</summary>
    private static bool IsNeverARecord(ReadOnlySpan<char> name) =>
        name.SequenceEqual(StoreMetadata.FileName)
        || name.StartsWith(".tmp.")
        || (name.EndsWith(".tmp") && name[..^".tmp".Length].Contains('.'))
        || name.StartsWith("__CRAWLEE_")
        || name.StartsWith("__OLD")
        || Strangers.GetAlternateLookup<ReadOnlySpan<char>>().Contains(name);
}
