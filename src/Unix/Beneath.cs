using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Unix;

/// <summary>The purpose of opening a file or folder beneath another folder.</summary>
internal enum OpenFor
{
    /// <summary>To read a file. A pipe without a writer opens at once, too.</summary>
    Reading,

    /// <summary>To ask for its kind, length and times, which takes no right to its contents.</summary>
    Status,

    /// <summary>To ask whether it is a folder.</summary>
    Folder,
}

/// <summary>Opens what lies beneath a folder on Unix, so that no link leads out of it, whatever is renamed meanwhile.</summary>
/// <remarks>
/// Linux from 5.6 checks the whole way while it opens (<c>openat2</c> with <c>RESOLVE_BENEATH</c>): links are followed as long as they
/// are relative and stay inside. Elsewhere each step is opened from the one before it, and no link is followed.
/// </remarks>
internal static partial class Beneath
{
    public const int NoSuchFile = 2;
    public const int AccessDenied = 13;
    public const int CrossesOut = 18;
    public const int NotADirectory = 20;

    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const int Failed = -1;
    private const int OpenAt2Call = 437;
    private const ulong ResolveNoMagicLinks = 0x02;
    private const ulong ResolveBeneath = 0x08;

    // A rename anywhere on the machine at the moment of a step through '..' takes one more microsecond.
    private const int MaxTries = 10_000;

    private static readonly bool IsMac = OperatingSystem.IsMacOS();
    private static readonly bool HasOtherFlags =
        RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le;

    // The numbers of <fcntl.h>.
    private static readonly int FolderOnly = IsMac ? 0x100000 : HasOtherFlags ? 0x4000 : 0x10000;
    private static readonly int NoFollow = IsMac ? 0x100 : HasOtherFlags ? 0x8000 : 0x20000;
    private static readonly int NonBlocking = IsMac ? 0x4 : 0x800;
    private static readonly int CloseOnExec = IsMac ? 0x1000000 : 0x80000;

    // On Linux it needs no right to the contents; macOS has no such thing.
    private static readonly int StatusOnly = IsMac ? NonBlocking : 0x200000;

    /// <summary>Tells whether relative links that stay inside can be followed.</summary>
    public static bool CanFollowLinks { get; } = OperatingSystem.IsLinux()
        && RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.Arm64 && HasOpenAt2();

    /// <param name="root">The folder, which may be a link itself.</param>
    /// <param name="relative">The path from there.</param>
    /// <param name="purpose">The purpose.</param>
    /// <param name="error">The reason for a failure, as <c>errno</c> gives it.</param>
    /// <param name="followLinks">Whether to follow links; only where <see cref="CanFollowLinks"/> says so.</param>
    /// <returns>Null when it cannot be opened.</returns>
    public static SafeFileHandle? Open(string root, string relative, OpenFor purpose, out int error, bool followLinks)
    {
        using var top = new SafeFileHandle(Open(root, FolderOnly | StatusOnly | CloseOnExec), ownsHandle: true);
        error = Marshal.GetLastPInvokeError();
        if (top.IsInvalid)
            return null;

        var flags = CloseOnExec | purpose switch
        {
            OpenFor.Reading => NonBlocking,
            OpenFor.Status => StatusOnly,
            _ => FolderOnly | StatusOnly,
        };
        var file = followLinks ? OpenAtOnce(top, relative, flags, out error) : OpenStepwise(top, relative, flags, out error);
        return file < 0 ? null : new SafeFileHandle(file, ownsHandle: true);
    }

    private static nint OpenAtOnce(SafeFileHandle top, string relative, int flags, out int error)
    {
        var how = new OpenHow { Flags = (ulong)flags, Resolve = ResolveBeneath | ResolveNoMagicLinks };
        for (var tries = 1; ; tries++)
        {
            var file = OpenAt2(OpenAt2Call, top, relative, in how, Marshal.SizeOf<OpenHow>());
            error = Marshal.GetLastPInvokeError();
            if (file >= 0 || error is not (TryAgain or Interrupted) || tries == MaxTries)
                return file;
        }
    }

    private static nint OpenStepwise(SafeFileHandle top, string relative, int flags, out int error)
    {
        error = CrossesOut;
        var end = relative.IndexOf('/', StringComparison.Ordinal);
        var step = end < 0 ? relative : relative[..end];
        if (step == "..")
            return Failed;

        var opened = OpenAt(top, step, NoFollow | (end < 0 ? flags : FolderOnly | StatusOnly | CloseOnExec));
        error = Marshal.GetLastPInvokeError();
        if (opened < 0 || end < 0)
            return opened;

        using var folder = new SafeFileHandle(opened, ownsHandle: true);
        return OpenStepwise(folder, relative[(end + 1)..], flags, out error);
    }

    // Old systems do not have it, and some containers do not allow it.
    private static bool HasOpenAt2()
    {
        using var found = Open("/", ".", OpenFor.Folder, out _, followLinks: true);
        return found is not null;
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial int OpenAt(SafeFileHandle folder, string name, int flags);

    [LibraryImport("libc", EntryPoint = "syscall", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    private static partial nint OpenAt2(nint call, SafeFileHandle folder, string path, in OpenHow how, nint size);

    private struct OpenHow
    {
        public ulong Flags;
        public ulong Mode;
        public ulong Resolve;
    }
}
