using KvsRecords.Server.Hosting;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Cli;

/// <summary>
/// <c>kvs-records serve</c>: reads the settings, opens the storage, starts the host, prints the ready lines, and waits for the end.
/// </summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(ILookup<Setting, string> flags)
    {
        // First of all: later, the parent may be gone already.
        using var parent = new ParentProcess();
        var problems = new Problems();
        var options = ServerOptions.Read(flags, problems);
        using var listener = Listener.Bind(options, problems);
        problems.ThrowIfAny();

        // Closed after the server, which is the later one of the two.
        // Until the host answers to signals: one that is lost would leave a server that cannot be stopped.
        using var interruption = new Interruption();
        if (options.ExitsWithParent)
            parent.EndWithIt();
        await using var own = OwnStorage.Open(options);
        if (own is not null)
            await own.PrepareAsync(options, new ProgressBar(), interruption.Token);

        await using var app = KvsRecordsHost.Build(options, listener, own);
        await app.StartAsync(interruption.Token);
        interruption.Token.ThrowIfCancellationRequested();
        await ReadyLines.SayAsync(options, listener.Endpoints, app.Services);

        // The start leaves 5 MB behind, which a server without requests would keep for good.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        await app.WaitForShutdownAsync();
        return 0;
    }
}
