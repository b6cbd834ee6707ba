using System.ComponentModel;
using System.Runtime.InteropServices;

namespace KvsRecords.Folder;

/// <summary>Tells which files may be opened at all: regular ones that lie, also after following links, inside the storage folder.</summary>
internal static partial class RegularFile
{
    /// <summary>What is said of a link that is not followed.</summary>
    public const string LeadsOutside = "is a symbolic link that leads outside of the storage folder, or nowhere";

    private const int KindMask = 0xF000;
    private const int Regular = 0x8000;
    private const int SymbolicLink = 0xA000;
    private const int NoSuchFile = 2;
    private const int NotADirectory = 20;

    // What Linux itself follows before it gives up.
    private const int MostLinks = 40;

    /// <summary>MUST NOT open the file to find out: opening a pipe waits for a writer, and opening a device can do anything.</summary>
    /// <param name="path">The file.</param>
    /// <param name="root">The folder that it must not lead out of.</param>
    /// <param name="file">
    /// What to open: the path with its links followed. MUST be opened in place of <paramref name="path"/>, which the system may
    /// follow to another place, since it resolves a link before the dots behind it.
    /// </param>
    /// <param name="whyNot">Why not, as the rest of a sentence that begins with the file.</param>
    /// <exception cref="FileNotFoundException">There is no such file (any more).</exception>
    public static bool IsSafeToOpen(string path, string root, out string file, out string whyNot)
    {
        (file, whyNot) = (path, "");
        var kind = KindOf(path);
        if (kind == SymbolicLink)
        {
            if (!StaysInside(path, root, out file))
            {
                whyNot = LeadsOutside;
                return false;
            }

            kind = KindOf(file);
        }

        if (kind != Regular)
            whyNot = "is not a regular file";
        return kind == Regular;
    }

    /// <summary>Whether a path, with every link in it followed, lies inside the folder.</summary>
    public static bool StaysInside(string path, string root, out string followed)
    {
        followed = path;
        try
        {
            var inside = Path.TrimEndingDirectorySeparator(FollowLinks(root)) + Path.DirectorySeparatorChar;
            followed = FollowLinks(path);
            return followed.StartsWith(inside, StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string FollowLinks(string path)
    {
        var left = MostLinks;
        return FollowLinks(path, ref left);
    }

    // .NET follows the last part of a path only. The links are counted over all parts: each could double the way to follow.
    private static string FollowLinks(string path, ref int left)
    {
        var full = Path.GetFullPath(path);
        var parent = Path.GetDirectoryName(full);
        if (parent is null)
            return full;

        var followed = Path.Join(FollowLinks(parent, ref left), Path.GetFileName(full));
        var target = File.ResolveLinkTarget(followed, returnFinalTarget: false);
        if (target is null)
            return followed;

        return left-- > 0 ? FollowLinks(target.FullName, ref left) : throw new IOException("Too many symbolic links.");
    }

    private static int KindOf(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            var attributes = File.GetAttributes(path);
            return attributes.HasFlag(FileAttributes.ReparsePoint) ? SymbolicLink
                : (attributes & (FileAttributes.Directory | FileAttributes.Device)) == 0 ? Regular
                : 0;
        }

        // .NET tells links and folders apart, but not pipes and devices. Its own native layer does, in a structure that is the
        // same on every Unix and begins with two ints, the second of which is the mode.
        Span<int> status = stackalloc int[64];
        if (LStat(path, ref MemoryMarshal.GetReference(status)) == 0)
            return status[1] & KindMask;

        var error = Marshal.GetLastPInvokeError();
        throw error is NoSuchFile or NotADirectory
            ? new FileNotFoundException(null, path)
            : new IOException($"{path}: {new Win32Exception(error).Message}");
    }

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_LStat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int LStat(string path, ref int status);
}
