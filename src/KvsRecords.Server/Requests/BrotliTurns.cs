namespace KvsRecords.Server.Requests;

/// <summary>The bodies in brotli that a server decodes at once, the others wait.</summary>
internal sealed class BrotliTurns() : SemaphoreSlim(Max)
{
    /// <summary>How many those are. Each keeps up to 16 MiB of what it has decoded.</summary>
    public const int Max = 8;
}
