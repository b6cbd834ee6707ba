using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KvsRecords.Archive;
using KvsRecords.Server.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;

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
    public void Blocks_are_arrays_since_the_system_s_sockets_send_no_others()
    {
        using var pool = new PortionPool();

        using var block = pool.Rent();

        Assert.True(MemoryMarshal.TryGetArray<byte>(block.Memory, out _));
    }

    [Fact]
    public void In_a_crowd_blocks_are_used_again()
    {
        using var pool = new PortionPool();
        var crowd = Take(pool, 200);
        var gone = crowd[20..];
        gone.ForEach(block => block.Dispose());
        GC.Collect();

        Assert.Equal(gone.ToHashSet(), Take(pool, gone.Count).ToHashSet());
    }

    [Fact]
    public void When_the_crowd_has_gone_its_blocks_are_the_collector_s()
    {
        using var pool = new PortionPool();
        var crowd = Crowd(pool);

        GC.Collect();

        Assert.DoesNotContain(crowd, block => block.IsAlive);
        using var next = pool.Rent();
        Assert.Equal(4096, next.Memory.Length);
    }

    [Fact]
    public async Task The_server_has_no_other_pool()
    {
        await using var server = await RunningServer.StartOwnAsync();

        Assert.IsType<PortionPool>(server.Services.GetRequiredService<IMemoryPoolFactory<byte>>());
    }

    // A method of its own, so that no variable holds the blocks any more.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Crowd(MemoryPool<byte> pool)
    {
        var blocks = Take(pool, 200);
        blocks.ForEach(block => block.Dispose());
        return [.. blocks.Select(block => new WeakReference(block))];
    }

    private static List<IMemoryOwner<byte>> Take(MemoryPool<byte> pool, int count) =>
        [.. Enumerable.Range(0, count).Select(_ => pool.Rent(SplicedArchive.PortionSize))];
}
