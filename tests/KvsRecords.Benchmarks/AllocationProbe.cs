using System.Diagnostics;
using System.IO.Pipes;

namespace KvsRecords.Benchmarks;

/// <summary>
/// Asks the runtime of a server how many bytes it has allocated. The server is the one that is shipped: what answers is loaded into its
/// process beside it, as the runtime lets everybody do.
/// </summary>
internal sealed class AllocationProbe(string pipe)
{
    private const string PipeVariable = "BENCHMARKS_ALLOCATION_PIPE";

    /// <summary>Lets the server be asked that this starts.</summary>
    public ProcessStartInfo Watch(ProcessStartInfo start)
    {
        start.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        start.Environment[PipeVariable] = pipe;
        return start;
    }

    public long AllocatedBytes()
    {
        using var client = new NamedPipeClientStream(".", pipe, PipeDirection.In);
        client.Connect(TimeSpan.FromSeconds(10));
        var answer = new byte[sizeof(long)];
        client.ReadExactly(answer);
        return BitConverter.ToInt64(answer);
    }

    /// <summary>Answers, in the server.</summary>
    public static void Listen()
    {
        if (Environment.GetEnvironmentVariable(PipeVariable) is { } pipe)
            new Thread(() => Answer(pipe)) { IsBackground = true }.Start();
    }

    private static void Answer(string pipe)
    {
        while (true)
        {
            using var server = new NamedPipeServerStream(pipe, PipeDirection.Out, NamedPipeServerStream.MaxAllowedServerInstances);
            server.WaitForConnection();
            server.Write(BitConverter.GetBytes(GC.GetTotalAllocatedBytes(precise: true)));
        }
    }
}
