using System.Buffers;
using KvsRecords.Archive;
using Microsoft.AspNetCore.Connections;

namespace KvsRecords.Server.Http;

/// <summary>
/// Keeps what a connection sends and receives: in small blocks, as Kestrel's own pool does, and portions of archives in one piece. Kestrel's
/// has no blocks of their size. The arrays that it then takes are thrown away when many download, and with 500 the collector was at work for
/// a third of the time.
/// </summary>
internal sealed class PortionPool : MemoryPool<byte>, IMemoryPoolFactory<byte>
{
    private const int SmallSize = 4096;

    private readonly Blocks _small = new(SmallSize);
    private readonly Blocks _portions = new(SplicedArchive.PortionSize);

    public override int MaxBufferSize => SplicedArchive.PortionSize;

    // One for all who ask: else each of Kestrel's queues of each address would keep blocks of its own.
    public MemoryPool<byte> Create(MemoryPoolOptions? options = null) => this;

    public override IMemoryOwner<byte> Rent(int minBufferSize = -1)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(minBufferSize, MaxBufferSize);
        return (minBufferSize <= SmallSize ? _small : _portions).Take();
    }

    // What is still in use belongs to whoever uses it, and the rest to the collector.
    protected override void Dispose(bool disposing)
    {
    }
}
