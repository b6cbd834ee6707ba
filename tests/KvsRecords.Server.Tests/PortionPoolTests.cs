using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KvsRecords.Archive;
using KvsRecords.Server.Http;

namespace KvsRecords.Server.Tests;

/// <summary>The memory that is sent from.</summary>
public sealed class PortionPoolTests
{
    [Theory]
    [InlineData(-1, 4096)]
    [InlineData(0, 4096)]
    [InlineData(4096, 4096)]
    [InlineData(4097, SplicedArchive.PortionSize)]
    [InlineData(SplicedArchive.PortionSize, SplicedArchive.PortionSize)]
    public void A_block_is_large_enough_and_of_one_of_two_sizes(int asked, int given)
    {
        using var pool = new PortionPool();

        using var block = pool.Rent(asked);

        Assert.Equal(given, block.Memory.Length);
    }

    [Fact]
    public void More_than_a_portion_is_refused()
    {
        using var pool = new PortionPool();

        Assert.Throws<ArgumentOutOfRangeException>(() => pool.Rent(SplicedArchive.PortionSize + 1));
    }

    [Fact]
    public void No_block_is_in_two_hands_also_when_one_is_given_back_twice()
    {
        using var pool = new PortionPool();
        var twice = pool.Rent();
        twice.Dispose();
        twice.Dispose();

        var blocks = Enumerable.Range(0, 100).Select(_ => pool.Rent()).ToList();

        for (var number = 0; number < blocks.Count; number++)
            blocks[number].Memory.Span.Fill((byte)number);
        for (var number = 0; number < blocks.Count; number++)
            Assert.Equal(-1, blocks[number].Memory.Span.IndexOfAnyExcept((byte)number));
    }

    [Fact]
    public void Blocks_are_used_again_and_given_up_when_a_crowd_has_gone()
    {
        using var pool = new PortionPool();
        var first = Crowd(pool, _ => { });
        var again = Crowd(pool, block => Assert.True(MemoryMarshal.TryGetArray<byte>(block.Memory, out _), "The system's sockets send arrays."));

        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.InRange(first.Concat(again).Count(block => block.IsAlive), 1, 16);
    }

    // A method of its own, so that no variable holds the blocks any more.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Crowd(MemoryPool<byte> pool, Action<IMemoryOwner<byte>> look)
    {
        var blocks = Enumerable.Range(0, 200).Select(_ => pool.Rent(SplicedArchive.PortionSize)).ToList();
        blocks.ForEach(look);
        blocks.ForEach(block => block.Dispose());
        return [.. blocks.Select(block => new WeakReference(block))];
    }
}
