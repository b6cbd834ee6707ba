using System.Runtime.InteropServices;

namespace KvsRecords.Benchmarks.UnderLoad;

/// <summary>How much of the processors a thread gets when others want them.</summary>
internal static partial class Priority
{
    private const int OfThisThread = 0;

    // SCHED_IDLE.
    private const int Idle = 5;

    /// <summary>
    /// Lets the calling thread run only where those of the server do not want to: what it stands for would be at work on another machine.
    /// A worse "nice" is not enough, as so many of them weigh more than one server.
    /// </summary>
    public static void Lower() => _ = SetScheduler(OfThisThread, Idle, parameters: 0);

    [LibraryImport("libc", EntryPoint = "sched_setscheduler")]
    private static partial int SetScheduler(int thread, int policy, in int parameters);
}
