namespace KvsRecords.Server.Requests;

/// <summary>The turns of requests to decode brotli: only some bodies are decoded at once, and the others wait.</summary>
internal sealed class BrotliTurns() : SemaphoreSlim(Max)
{
    /// <summary>Limits the bodies that are decoded at once. Each keeps up to 16 MiB of its decoded bytes.</summary>
    public const int Max = 8;
}
