
namespace KvsRecords.Server.Storage;

/// <summary>Folders and files of this process in the system's folder for temporary files. Only its user may look into them.</summary>
internal static class TemporaryFolder
{
    /// <summary>The end of the name that a file has for a moment.</summary>
    public const string NewEnding = ".new";

    /// <summary>Says how to name another folder for temporary files, as the rest of a sentence.</summary>
    public static readonly string HowToName = OperatingSystem.IsWindows()
        ? "set TMP to name another folder"
        : "set TMPDIR to name another folder";

    /// <exception cref="IOException">It cannot be made; the message says where, why, and how to name another place.</exception>
    public static string Create(string prefix)
    {
        try
        {
            return Directory.CreateTempSubdirectory(prefix).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new IOException(
                $"The folder for temporary files, {Path.GetTempPath()}, cannot be written to ({e.Message.TrimEnd('.')}); {HowToName}", e);
        }
    }

    /// <summary>
    /// Makes a file for this process alone: it has no name by which others could open it, and is gone even when the process is killed.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="prefix">How the name begins that it has for a moment.</param>
    public static FileStream OpenFile(string folder, string prefix = "")
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.Asynchronous,
        };

        // On Unix all users share the temporary folder.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var path = Path.Join(folder, $"{prefix}{Path.GetRandomFileName()}{NewEnding}");
        var file = new FileStream(path, options);
        File.Delete(path);
        return file;
    }

    /// <summary>Removes a folder. What cannot be removed stays: it must keep no program from starting or ending.</summary>
    public static void Remove(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is gone, or another user's.
        }
    }
}
