using System.Runtime.InteropServices;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Cli;

/// <summary>
/// The process that started this one. Its end shows in the number of the parent: the system gives an orphan another parent at once, however
/// the first one ended, and a later process with the same number is not mistaken for it.
/// </summary>
internal sealed partial class ParentProcess : IDisposable
{
    private const int Terminate = 15;

    // The first process of a container has this number: its parent is outside.
    private const int None = 0;

    // A hundredth of a percent of a processor, and the port is free again within a tenth of a second.
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly int _id = OperatingSystem.IsWindows() ? 0 : GetParentId();
    private ITimer? _timer;

    /// <summary>
    /// Ends this process, as SIGTERM would, when the parent ends: running downloads can finish, and a temporary folder is removed.
    /// </summary>
    /// <exception cref="IOException">No parent can be seen, or the system does not say.</exception>
    public void EndWithIt()
    {
        if (OperatingSystem.IsWindows())
            throw new IOException($"{Setting.ExitWithParent.Flag}: Windows does not tell of a parent's end; allowed: false");
        if (_id == None)
            throw new IOException($"{Setting.ExitWithParent.Flag}: this is the first process of its container, and who started it cannot be seen; allowed: false");

        _timer = TimeProvider.System.CreateTimer(_ => Look(), state: null, Interval, Interval);
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        if (GetParentId() == _id)
            return;

        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _ = Kill(Environment.ProcessId, Terminate);
    }

    [LibraryImport("libc", EntryPoint = "getppid")]
    private static partial int GetParentId();

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
