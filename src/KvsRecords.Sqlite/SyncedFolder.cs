using System.ComponentModel;
using System.Runtime.InteropServices;

namespace KvsRecords.Sqlite;

/// <summary>
/// Makes the names in a folder survive a power cut. A synced file whose folder is not synced may have no name afterwards. .NET opens
/// no folders; its own native layer, which is on every Unix where it runs, does. Windows keeps names in its journal.
/// </summary>
internal static partial class SyncedFolder
{
    // As that layer numbers them, on every system: read only, and not inherited by programs that are started.
    private const int OpenFlags = 0x0000 | 0x0010;

    /// <exception cref="IOException">It cannot be synced.</exception>
    public static void Sync(string path)
    {
        if (OperatingSystem.IsWindows())
            return;

        var folder = Open(path, OpenFlags, 0);
        if (folder < 0)
            throw Fault(path);
        try
        {
            if (FSync(folder) != 0)
                throw Fault(path);
        }
        finally
        {
            _ = Close(folder);
        }
    }

    private static IOException Fault(string path) =>
        new($"{path}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint Open(string path, int flags, int mode);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_FSync", SetLastError = true)]
    private static partial int FSync(nint file);

    [LibraryImport("libSystem.Native", EntryPoint = "SystemNative_Close", SetLastError = true)]
    private static partial int Close(nint file);
}
