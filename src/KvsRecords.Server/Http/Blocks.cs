using System.Buffers;
using System.Runtime.InteropServices;

namespace KvsRecords.Server.Http;

/// <summary>Blocks of one size, used again and again. They are never moved, as the system reads and writes them.</summary>
internal sealed class Blocks(int size)
{
    // When hardly one is in use any more of many, the free ones are the collector's to take; until it comes, they are there for the next
    // wave.
    private const int Few = 8;

    // Blocks are made as many at a time as are in use, up to this many bytes: each allocation of a large array lets the collector begin,
    // and one for each block kept it at work for most of the time in which 500 downloads began. The last ones in use keep as much each.
    private const int MostAtOnce = 2 << 20;

    private readonly Lock _lock = new();

    // The one that was used last comes first, as the processor still has it at hand.
    private readonly WeakReference<Stack<Block>> _free = new([]);

    // The same stack, or nothing.
    private Stack<Block>? _kept;
    private int _inUse;

    public IMemoryOwner<byte> Take()
    {
        lock (_lock)
        {
            var free = Free();
            if (free.Count == 0)
                Fill(_kept = free);
            if (++_inUse > Few)
                _kept = free;
            return free.Pop().Begin();
        }
    }

    private void GiveBack(Block block)
    {
        lock (_lock)
        {
            var free = Free();
            free.Push(block);
            if (--_inUse <= Few && free.Count > 2 * Few)
                _kept = null;
        }
    }

    private Stack<Block> Free()
    {
        if (!_free.TryGetTarget(out var free))
            _free.SetTarget(free = []);
        return free;
    }

    private void Fill(Stack<Block> free)
    {
        var count = Math.Clamp(_inUse, Few, Math.Max(Few, MostAtOnce / size));
        var bytes = GC.AllocateUninitializedArray<byte>(count * size, pinned: true);
        for (var number = count - 1; number >= 0; number--)
            free.Push(new Block(this, MemoryMarshal.CreateFromPinnedArray(bytes, number * size, size)));
    }

    private sealed class Block(Blocks blocks, Memory<byte> memory) : IMemoryOwner<byte>
    {
        private int _isFree = 1;

        public Memory<byte> Memory => memory;

        public Block Begin()
        {
            _isFree = 0;
            return this;
        }

        // A block that is given back twice in a row would be in two hands.
        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isFree, 1) == 0)
                blocks.GiveBack(this);
        }
    }
}
