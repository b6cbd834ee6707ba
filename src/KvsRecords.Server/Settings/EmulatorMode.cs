namespace KvsRecords.Server.Settings;

/// <summary>The callers whom <c>/_emulator</c> serves.</summary>
internal enum EmulatorMode
{
    /// <summary>Every caller.</summary>
    On,

    /// <summary>Callers on this machine, and others with the token of <see cref="Setting.EmulatorToken"/>.</summary>
    Loopback,

    /// <summary>None: only the health is served.</summary>
    Off,
}
