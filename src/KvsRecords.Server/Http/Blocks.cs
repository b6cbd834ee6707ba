using System.Buffers;
using System.Runtime.InteropServices;

namespace KvsRecords.Server.Http;

/// <summary>Blocks of one size, used again and again. They are never moved, as the system reads and writes them.</summary>
internal sealed class Blocks(int size)
{
    // So that who comes alone does not begin with an allocation.
    private const int Spare = 8;

    // The one that was used last comes first, as the processor still has it at hand.
    private readonly Stack<Block> _free = [];
    private int _inUse;

    public IMemoryOwner<byte> Take()
    {
        lock (_free)
        {
            _inUse++;
            if (_free.TryPop(out var block))
                return block.Begin();
        }

        return new Block(this, GC.AllocateUninitializedArray<byte>(size, pinned: true));
    }

    // All are kept for the next wave until hardly one is in use: to throw some away and make others is what would cost.
    private void GiveBack(Block block)
    {
        lock (_free)
        {
            _free.Push(block);
            if (--_inUse > Spare)
                return;

            while (_free.Count > Spare)
                _free.Pop();
        }
    }

    private sealed class Block(Blocks blocks, byte[] bytes) : IMemoryOwner<byte>
    {
        private int _isFree;

        public Memory<byte> Memory { get; } = MemoryMarshal.CreateFromPinnedArray(bytes, 0, bytes.Length);

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
