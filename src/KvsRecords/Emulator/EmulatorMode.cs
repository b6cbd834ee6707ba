namespace KvsRecords.Emulator;

/// <summary>The callers whom <c>/_emulator</c> serves over HTTP, as <c>--emulator</c> of the server's program.</summary>
public enum EmulatorMode
{
    /// <summary>Every caller.</summary>
    On,

    /// <summary>Callers on this machine that come straight, and others with the token of <c>--emulator-token</c>.</summary>
    Loopback,

    /// <summary>None: only the health is served.</summary>
    Off,
}
