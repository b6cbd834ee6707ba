using System.Runtime.InteropServices;

namespace KvsRecords.Server.Cli;

/// <summary>Ctrl-C or SIGTERM during work that must be undone, or ended well, before the program ends.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _signals;

    public Interruption()
    {
        PosixSignal[] signals = [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP];
        _signals = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Take))];
    }

    public CancellationToken Token => _source.Token;

    // The source is left to the collector: a signal may be on its way.
    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private void Take(PosixSignalContext signal)
    {
        signal.Cancel = true;
        _source.Cancel();
    }
}
