
namespace KvsRecords.Server.Storage;

/// <summary>Folders of this process in the system's folder for temporary files. Only its user may look into them.</summary>
internal static class TemporaryFolder
{
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
