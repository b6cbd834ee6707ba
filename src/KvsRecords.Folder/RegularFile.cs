using System.Runtime.InteropServices;
using KvsRecords.Unix;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Folder;

/// <summary>The files of a storage folder that may be opened: regular ones, reached without leaving the folder.</summary>
/// <remarks>
/// MUST hold beside a process that swaps files, folders and links at any moment: the way is checked while it is opened, and the kind is
/// asked of what was opened, never of a name that is opened later. MUST NOT wait: a pipe opens at once, and is then refused.
/// </remarks>
internal static class RegularFile
{
    /// <summary>The longest metadata or sidecar that is read, in bytes: a key has up to 256 characters, and a content type fewer.</summary>
    public const int MaxMetadata = 64 * 1024;

    /// <summary>Gives the reason for not following a link.</summary>
    public static readonly string LeadsOutside = Beneath.CanFollowLinks
        ? "is a symbolic link that is absolute, or leads outside of the storage folder, or nowhere"
        : "is a symbolic link, which this system has no safe way to follow";

    private const string NotRegular = "is not a regular file";

    /// <summary>Opens a file to read it, while others may go on writing, renaming and deleting it.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">The storage folder that it must not lead out of.</param>
    /// <param name="whyNot">Why it is never opened, as the rest of a sentence that begins with the file; or null.</param>
    /// <returns>Null: there is none (any more), or it is never opened.</returns>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public static SafeFileHandle? Open(string path, string root, out string? whyNot)
    {
        if (OperatingSystem.IsWindows())
            return LookOnWindows(path, root, out whyNot) is null ? null : OpenOnWindows(path);

        var file = Open(path, root, OpenFor.Reading, out whyNot);
        if (file is null || FileStatus.Of(file).IsRegular)
            return file;

        file.Dispose();
        whyNot = NotRegular;
        return null;
    }

    /// <summary>Asks about a file, with its links followed, without a right to read it.</summary>
    /// <inheritdoc cref="Open(string, string, out string)"/>
    public static FileStatus? Look(string path, string root, out string? whyNot)
    {
        if (OperatingSystem.IsWindows())
            return LookOnWindows(path, root, out whyNot);

        using var file = Open(path, root, OpenFor.Status, out whyNot);
        if (file is null)
            return null;

        var status = FileStatus.Of(file);
        whyNot = status.IsRegular ? null : status.IsLink ? LeadsOutside : NotRegular;
        return whyNot is null ? status : null;
    }

    /// <summary>Reads the metadata of a store. Metadata longer than <see cref="MaxMetadata"/> is reported, and counts as none.</summary>
    /// <inheritdoc cref="Open(string, string, out string)"/>
    public static string? ReadMetadata(string path, string root, IFolderEvents events)
    {
        using var file = Open(path, root, out _);
        if (file is null)
            return null;

        // One byte more: the file may be growing.
        using var start = new MemoryStream();
        var buffer = new byte[4096];
        while (RandomAccess.Read(file, buffer, start.Length) is > 0 and var read)
        {
            start.Write(buffer, 0, read);
            if (start.Length > MaxMetadata)
            {
                events.UnreadableMetadata(path, $"it is larger than {MaxMetadata / 1024} KiB, the most that is read of metadata");
                return null;
            }
        }

        start.Position = 0;
        using var text = new StreamReader(start);
        return text.ReadToEnd();
    }

    /// <summary>Tells whether a folder is reached from the root without leaving it.</summary>
    public static bool IsFolderInside(string folder, string root)
    {
        if (OperatingSystem.IsWindows())
            return !HasLink(folder, root);

        using var found = Beneath.Open(
            Path.GetFullPath(root), Path.GetRelativePath(root, folder), OpenFor.Folder, out var error, Beneath.CanFollowLinks);
        return found is not null || error == Beneath.AccessDenied;
    }

    private static SafeFileHandle? Open(string path, string root, OpenFor purpose, out string? whyNot)
    {
        whyNot = null;
        var file = Beneath.Open(Path.GetFullPath(root), Path.GetRelativePath(root, path), purpose, out var error, Beneath.CanFollowLinks);
        if (file is not null)
            return file;
        if (error == Beneath.AccessDenied)
            throw new UnauthorizedAccessException($"Access to the path '{path}' is denied.");

        // By its name, which is good enough for a message: the file was refused already.
        var named = FileStatus.Of(path);
        if (error == Beneath.CrossesOut || named is { IsLink: true })
            whyNot = LeadsOutside;
        else if (named is { IsRegular: false })
            whyNot = NotRegular;
        else if (error is not (Beneath.NoSuchFile or Beneath.NotADirectory))
            throw new IOException($"{path}: {Marshal.GetPInvokeErrorMessage(error)}");
        return null;
    }

    // Windows has no call for it; links are rare there, and none is followed.
    private static FileStatus? LookOnWindows(string path, string root, out string? whyNot)
    {
        whyNot = null;
        if (FileStatus.Of(path) is not { } status)
            return null;

        whyNot = HasLink(path, root) ? LeadsOutside : status.IsRegular ? null : NotRegular;
        return whyNot is null ? status : null;
    }

    private static SafeFileHandle? OpenOnWindows(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static bool HasLink(string path, string root)
    {
        var top = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        for (var step = Path.GetFullPath(path); step is not null && step.Length > top.Length; step = Path.GetDirectoryName(step))
        {
            if (FileStatus.Of(step) is { IsLink: true })
                return true;
        }

        return false;
    }
}
