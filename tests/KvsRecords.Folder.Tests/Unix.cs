using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;

namespace KvsRecords.Folder.Tests;

/// <summary>What a folder can hold, and who can read it, beyond what .NET offers.</summary>
internal static partial class Unix
{
    private const uint ReadableByOwner = 0x180;
    private const uint CharacterDevice = 0x2000;
    private const int UnprivilegedUser = 65534;
    private const ulong NullDevice = (1 << 8) | 3;
    private const int AtCurrentFolder = -100;
    private const uint RenameExchange = 2;

    public static void MakePipe(string path) => Check(MkFifo(path, ReadableByOwner));

    /// <summary>Gives each of two files, links or folders the name of the other, at one moment.</summary>
    public static void Exchange(string one, string other) => Check(RenameAt2(AtCurrentFolder, one, AtCurrentFolder, other, RenameExchange));

    public static bool TryMakeDevice(string path) => MkNod(path, CharacterDevice | ReadableByOwner, NullDevice) == 0;

    /// <summary>Makes an empty file whose name is bytes, not text.</summary>
    public static void MakeFile(string folder, byte[] name)
    {
        using var handle = new Microsoft.Win32.SafeHandles.SafeFileHandle(Creat(PathOf(folder, name), ReadableByOwner), ownsHandle: true);
        if (handle.IsInvalid)
            throw new Win32Exception();
    }

    public static void MakeFolder(string folder, byte[] name) => Check(MkDir(PathOf(folder, name), 0x1C0));

    /// <summary>Sets a time that .NET has no value for, where the file system does.</summary>
    public static void SetLastWrite(string path, long unixSeconds) =>
        Check(UtimensAt(AtCurrentFolder, path, [unixSeconds, 0, unixSeconds, 0], 0));

    /// <summary>
    /// Runs work without any privileged rights to files, although a test may be run by root, who can read all.
    /// The work keeps the thread as long as it does not really wait for something.
    /// </summary>
    public static Task<T> AsUnprivilegedAsync<T>(Func<Task<T>> work)
    {
        var result = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            // Of this thread only, which ends here.
            _ = SetFsUid(UnprivilegedUser);
            try
            {
                result.SetResult(work().GetAwaiter().GetResult());
            }
            catch (Exception e)
            {
                result.SetException(e);
            }
        }).Start();
        return result.Task;
    }

    private static byte[] PathOf(string folder, byte[] name) => [.. Encoding.UTF8.GetBytes(folder), (byte)'/', .. name, 0];

    private static void Check(int result)
    {
        if (result != 0)
            throw new Win32Exception();
    }

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MkFifo(string path, uint mode);

    [LibraryImport("libc", EntryPoint = "mknod", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int MkNod(string path, uint mode, ulong device);

    [LibraryImport("libc", EntryPoint = "creat", SetLastError = true)]
    private static partial int Creat(byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "mkdir", SetLastError = true)]
    private static partial int MkDir(byte[] path, uint mode);

    [LibraryImport("libc", EntryPoint = "utimensat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int UtimensAt(int folder, string path, long[] times, int flags);

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int RenameAt2(int oneFolder, string one, int otherFolder, string other, uint flags);

    [LibraryImport("libc", EntryPoint = "setfsuid")]
    private static partial int SetFsUid(int user);
}
