namespace KvsRecords.Testing;

/// <summary>The callers whom <c>/_emulator</c> serves over HTTP.</summary>
public enum EmulatorAccess
{
    /// <summary>Every caller.</summary>
    On,

    /// <summary>Callers on this machine that come straight, and others with the token.</summary>
    Loopback,

    /// <summary>None: only the health is served.</summary>
    Off,
}
