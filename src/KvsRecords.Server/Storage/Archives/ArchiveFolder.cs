namespace KvsRecords.Server.Storage.Archives;

/// <summary>
/// The folder for the files of kept archives: that of the managed stores, or else the user's own for caches, since the one for temporary
/// files is memory on many systems.
/// </summary>
/// <param name="ofManaged">The folder of the managed stores, or null.</param>
internal sealed class ArchiveFolder(string? ofManaged)
{
    private const string Product = "kvs-records";
    private const string Prefix = Product + "-archive-";

    private string? _chosen;

    /// <summary>Makes a file for this process alone, without a name.</summary>
    /// <exception cref="IOException">No folder can be written to.</exception>
    public FileStream OpenFile()
    {
        // Once one is chosen it stays: the folder for temporary files is no way out of a full disk.
        var places = (_chosen ?? ofManaged) is { } only ? [only] : new[] { OfUser(), Path.GetTempPath() }.OfType<string>().ToArray();
        IOException? fault = null;
        foreach (var place in places)
        {
            try
            {
                if (place != ofManaged && place != Path.GetTempPath())
                    CreatePrivate(place);
                var file = TemporaryFolder.OpenFile(place, Prefix);
                if (_chosen is null)
                    RemoveLeftovers(place);
                _chosen = place;
                return file;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                fault = new IOException($"{place} cannot be written to ({e.Message.TrimEnd('.')})", e);
            }
        }

        throw fault!;
    }

    /// <summary>Tells whether the disk has as many bytes to spare. True where the system does not say.</summary>
    public bool HasRoom(long bytes)
    {
        try
        {
            var disk = OperatingSystem.IsWindows() ? Path.GetPathRoot(_chosen)! : _chosen!;
            return disk.StartsWith(@"\\", StringComparison.Ordinal) || new DriveInfo(disk) is not { TotalSize: > 0 } drive || drive.AvailableFreeSpace >= bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return true;
        }
    }

    // XDG's default where the variable is not set, or is no absolute path, as its specification asks.
    private static string? OfUser()
    {
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var caches = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? home.Length == 0 ? "" : Path.Join(home, "Library", "Caches")
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { } named && Path.IsPathFullyQualified(named) ? named
            : home.Length == 0 ? "" : Path.Join(home, ".cache");
        return caches.Length == 0 ? null : Path.Join(caches, Product);
    }

    // Of a process that was killed in the moment in which a file has a name. Taking it from a running one does no harm.
    private static void RemoveLeftovers(string place)
    {
        foreach (var file in Directory.EnumerateFiles(place, $"{Prefix}*{TemporaryFolder.NewEnding}"))
        {
            try
            {
                File.Delete(file);
            }
            catch (UnauthorizedAccessException)
            {
                // It is another user's.
            }
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
