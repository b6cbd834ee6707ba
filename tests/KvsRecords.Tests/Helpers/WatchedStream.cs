namespace KvsRecords.Tests;

/// <summary>Tells, before each reading, how much has been read.</summary>
internal sealed class WatchedStream(byte[] bytes, Action<long> beforeReading) : MemoryStream(bytes)
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        beforeReading(Position);
        return base.ReadAsync(buffer, cancellationToken);
    }
}
