namespace KvsRecords.Storage;

/// <summary>Files of this process alone.</summary>
public static class TemporaryFile
{
    /// <summary>The end of the name that a file has for a moment.</summary>
    public const string NewEnding = ".new";

    /// <summary>Makes a file that has no name by which others could open it, and is gone even when the process is killed.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="prefix">How the name begins that it has for a moment.</param>
    /// <param name="bufferSize">The size of its buffer, in bytes.</param>
    /// <exception cref="IOException">It cannot be made there.</exception>
    public static FileStream Open(string folder, string prefix = "", int bufferSize = 4096)
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Delete,
            Options = FileOptions.Asynchronous,
            BufferSize = bufferSize,
        };

        // On Unix all users share the temporary folder.
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var path = Path.Join(folder, $"{prefix}{Path.GetRandomFileName()}{NewEnding}");
        var file = new FileStream(path, options);
        File.Delete(path);
        return file;
    }
}
