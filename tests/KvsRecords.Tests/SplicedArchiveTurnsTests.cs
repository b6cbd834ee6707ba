using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Tests;

/// <summary>Archives that are written at once take turns at it.</summary>
public sealed class SplicedArchiveTurnsTests
{
    // More than can have a turn.
    private static readonly int Many = (4 * Environment.ProcessorCount) + 1;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Archives_that_nobody_reads_leave_the_turn_to_others()
    {
        var snapshot = await FilledAsync();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Running);
        var pipes = Enumerable.Range(0, Many).Select(_ => new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1))).ToList();
        var stuck = pipes.Select(pipe => SplicedArchive.LayOut(snapshot).WriteAsync(pipe.Writer, 0, leave.Token)).ToList();

        var whole = await Spliced.OfAsync(snapshot).WaitAsync(TimeSpan.FromSeconds(30), Running);

        Assert.Equal(snapshot.Members.Count, ZipLayout.Read(whole).Members.Count);
        Assert.All(stuck, writing => Assert.False(writing.IsCompleted));
        await leave.CancelAsync();
        foreach (var writing in stuck)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.Equal(whole, await Spliced.OfAsync(snapshot).WaitAsync(TimeSpan.FromSeconds(30), Running));
    }

    [Fact]
    public async Task One_that_ends_in_a_fault_leaves_the_turn_to_others()
    {
        var snapshot = await FilledAsync();
        var damaged = new MembersInMemory(snapshot.Members.Select(member => member with { Body = [.. member.Body, 0] }));
        for (var faults = 0; faults < Many; faults++)
            await Assert.ThrowsAsync<InvalidDataException>(() => Spliced.OfAsync(damaged));

        var whole = await Spliced.OfAsync(snapshot).WaitAsync(TimeSpan.FromSeconds(30), Running);

        Assert.Equal(snapshot.Members.Count, ZipLayout.Read(whole).Members.Count);
    }

    [Fact]
    public async Task Whoever_has_sent_everything_waits_for_no_turn()
    {
        var snapshot = await FilledAsync();
        using var leave = new ManualResetEventSlim();
        var blocked = new List<Task>();
        var length = SplicedArchive.LayOut(snapshot).Length;
        var output = new HookedWriter { Flushed = sent => TakeAllTurns(sent == length) };

        try
        {
            await SplicedArchive.LayOut(snapshot).WriteAsync(output, 0, Running).WaitAsync(TimeSpan.FromSeconds(30), Running);

            Assert.Equal(Environment.ProcessorCount, blocked.Count);
        }
        finally
        {
            leave.Set();
            await Task.WhenAll(blocked);
        }

        void TakeAllTurns(bool isEnd)
        {
            if (!isEnd)
                return;

            // Each keeps its turn until it gets memory.
            using var taken = new CountdownEvent(Environment.ProcessorCount);
            blocked.AddRange(Enumerable.Range(0, Environment.ProcessorCount).Select(_ => Task.Factory.StartNew(
                () => SplicedArchive.LayOut(snapshot).WriteAsync(new HookedWriter { Asked = () => Hold(taken) }, 0, Running),
                Running, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
            Assert.True(taken.Wait(TimeSpan.FromSeconds(30), Running));
        }

        void Hold(CountdownEvent taken)
        {
            if (!leave.IsSet)
                taken.Signal();
            leave.Wait(Running);
        }
    }

    [Fact]
    public async Task Whoever_has_a_turn_lets_others_go_first_where_many_wait()
    {
        var snapshot = await FilledAsync();
        using var others = new ManualResetEventSlim();
        for (var number = 0; number < 50 * Environment.ProcessorCount; number++)
            ThreadPool.QueueUserWorkItem(_ => others.Wait(Running));

        var isAsked = false;
        var writing = SplicedArchive.LayOut(snapshot).WriteAsync(
            new HookedWriter { Asked = () => Assert.True(isAsked = others.IsSet, "It has gone before others.") }, 0, Running);
        others.Set();

        await writing.WaitAsync(TimeSpan.FromSeconds(30), Running);
        Assert.True(isAsked);
    }

    [Fact]
    public async Task Keys_as_long_as_the_format_allows_have_room_in_the_middle_of_a_portion()
    {
        var records = Enumerable.Range(0, 30).Select(number =>
            new StoredRecord($"{number:D2}{new string('k', number % 3 == 0 ? ushort.MaxValue - 2 : 10)}", RandomBytes.Of(9_000))).ToArray();
        var snapshot = await Spliced.PackAsync(records);

        var whole = await Spliced.OfAsync(snapshot);

        var layout = ZipLayout.Read(whole);
        Assert.Equal(records.Select(record => record.Key), layout.Members.Select(member => member.Name));
        Assert.Equal(records.Select(record => record.Body), layout.Members.Select(layout.ContentOf));
        foreach (var from in (int[])[1, 70_000, 500_000, whole.Length - 400_000, whole.Length - 1])
            Assert.Equal(whole[from..], await Spliced.OfAsync(snapshot, from));
    }

    private static Task<MembersInMemory> FilledAsync() =>
        Spliced.PackAsync(Enumerable.Range(0, 200).Select(number => new StoredRecord($"key-{number:D3}", RandomBytes.Of(5_000))));

    /// <summary>An output that tells of what is done with it.</summary>
    private sealed class HookedWriter : PipeWriter
    {
        private readonly byte[] _memory = new byte[SplicedArchive.PortionSize];
        private long _sent;

        public Action Asked { get; init; } = () => { };

        public Action<long> Flushed { get; init; } = _ => { };

        public override Memory<byte> GetMemory(int sizeHint = 0)
        {
            Asked();
            return _memory;
        }

        public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public override void Advance(int bytes) => _sent += bytes;

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            Flushed(_sent);
            return default;
        }

        public override void CancelPendingFlush()
        {
        }

        public override void Complete(Exception? exception = null)
        {
        }
    }
}
