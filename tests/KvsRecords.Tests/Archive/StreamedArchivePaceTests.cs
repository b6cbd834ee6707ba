using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Tests;

/// <summary>An archive is made as fast as it is read, and no faster.</summary>
public sealed class StreamedArchivePaceTests
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(10_000)]
    public async Task The_first_record_is_on_its_way_before_the_second_is_opened(int length)
    {
        var pipe = new Pipe();
        var atTheSecond = Array.Empty<byte>();
        var snapshot = new RecordsInMemory(new("1", Bodies.Text(length)), new("2", [2]), new("3", [3]))
        {
            BeforeOpening = index =>
            {
                if (index == 1 && pipe.Reader.TryRead(out var read))
                {
                    atTheSecond = read.Buffer.ToArray();
                    pipe.Reader.AdvanceTo(read.Buffer.Start);
                }

                return Task.CompletedTask;
            },
        };

        await new StreamedArchive(pipe.Writer).WriteAsync(snapshot, Cancellation);
        await pipe.Writer.CompleteAsync();

        var whole = await ReadToEndAsync(pipe.Reader);
        Assert.Equal(whole[..(int)ZipLayout.Read(whole).Members[1].Offset], atTheSecond);
    }

    [Fact]
    public async Task No_second_record_is_opened_while_the_first_waits_for_a_reader()
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var snapshot = ThousandRecords();

        var writing = await UntilItWaitsAsync(pipe.Writer, snapshot, Cancellation);

        await AtRestAsync(snapshot);
        Assert.Equal(1, snapshot.Opened);
        await pipe.Reader.CompleteAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
    }

    [Fact]
    public async Task A_source_is_not_read_on_while_the_archive_is_not_read()
    {
        var pipe = new Pipe();
        var snapshot = ThousandRecords();

        var writing = await UntilItWaitsAsync(pipe.Writer, snapshot, Cancellation);

        Assert.False(writing.IsCompleted);
        await AtRestAsync(snapshot);
        Assert.InRange(snapshot.Opened, 1, 60);
        Assert.InRange(snapshot.Open, 0, 20);
        var reading = ReadToEndAsync(pipe.Reader);
        Assert.Equal(1_000, await writing);
        await pipe.Writer.CompleteAsync();
        Assert.Equal(1_000, ZipLayout.Read(await reading).Members.Count);
    }

    [Fact]
    public async Task Short_records_are_sent_together_after_the_first()
    {
        var output = new MemoryStream();
        var writer = new WatchedWriter(PipeWriter.Create(output));

        await new StreamedArchive(writer).WriteAsync(ThousandRecords(length: 200), Cancellation);

        Assert.InRange(writer.Flushes, 2, 2 + (2 * output.Length / (64 * 1024)));
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting_for_a_reader()
    {
        var pipe = new Pipe();
        var snapshot = ThousandRecords();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var writing = await UntilItWaitsAsync(pipe.Writer, snapshot, leaving.Token);

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await AssertNoEndAsync(pipe, snapshot);
    }

    [Fact]
    public async Task A_reader_that_leaves_ends_the_archive()
    {
        var pipe = new Pipe();
        var snapshot = ThousandRecords();
        var writing = await UntilItWaitsAsync(pipe.Writer, snapshot, Cancellation);

        await pipe.Reader.CompleteAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.InRange(snapshot.Opened, 1, 100);
        Assert.Equal(0, snapshot.Open);
    }

    [Fact]
    public async Task What_is_cancelled_before_it_begins_writes_nothing()
    {
        var pipe = new Pipe();
        var snapshot = ThousandRecords();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new StreamedArchive(pipe.Writer).WriteAsync(snapshot, new CancellationToken(canceled: true)));

        Assert.Equal(0, snapshot.Opened);
        Assert.Equal(0, pipe.Writer.UnflushedBytes);
        Assert.False(pipe.Reader.TryRead(out _));
    }

    [Fact]
    public async Task Cancelling_ends_the_waiting_for_a_source()
    {
        var pipe = new Pipe();
        using var leaving = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
        var isWaiting = new TaskCompletionSource();
        var snapshot = new RecordsInMemory(new StoredRecord("1", [1]), new StoredRecord("2", [2]))
        {
            BeforeOpening = async index =>
            {
                if (index == 0)
                    return;
                isWaiting.SetResult();
                await Task.Delay(Timeout.Infinite, leaving.Token);
            },
        };
        var writing = new StreamedArchive(pipe.Writer).WriteAsync(snapshot, leaving.Token);
        await isWaiting.Task;

        await leaving.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        await AssertNoEndAsync(pipe, snapshot);
    }

    [Fact]
    public async Task What_a_reader_took_before_it_left_is_counted_as_sent()
    {
        var pipe = new Pipe();
        var archive = new StreamedArchive(pipe.Writer);
        var writing = archive.WriteAsync(new RecordsInMemory(new StoredRecord("1", RandomBytes.Of(1_000_000))), Cancellation);

        var taken = 0L;
        while (taken < 200_000)
        {
            var read = await pipe.Reader.ReadAsync(Cancellation);
            taken += read.Buffer.Length;
            pipe.Reader.AdvanceTo(read.Buffer.End);
        }

        await pipe.Reader.CompleteAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => writing);
        Assert.InRange(archive.BytesSent, taken, 1_000_000);
    }

    [Fact]
    public async Task A_long_record_is_handed_on_while_it_is_read()
    {
        var output = new MemoryStream();
        var furthestAhead = 0L;
        var body = new WatchedStream(RandomBytes.Of(StreamedArchive.MaxBufferedRecord + 1), position =>
            furthestAhead = Math.Max(furthestAhead, position - output.Length));

        await new StreamedArchive(PipeWriter.Create(output)).WriteAsync(new OneRecord("long", body), Cancellation);

        Assert.Single(ZipLayout.Read(output.ToArray()).Members);
        Assert.InRange(furthestAhead, 1, 1024 * 1024);
    }

    private static RecordsInMemory ThousandRecords(int length = 10_000) => new(
        Enumerable.Range(0, 1_000).Select(i => new StoredRecord(i.ToString("D4", CultureInfo.InvariantCulture), RandomBytes.Of(length, i))));

    private static async Task<Task<int>> UntilItWaitsAsync(PipeWriter output, RecordsInMemory snapshot, CancellationToken cancellationToken)
    {
        var watched = new WatchedWriter(output);
        var writing = new StreamedArchive(watched).WriteAsync(snapshot, cancellationToken);
        await Task.WhenAny(watched.Waiting, writing);
        return writing;
    }

    // Lets everything else run until the source has been left alone for long. A hasty answer can only be too kind.
    private static async Task AtRestAsync(RecordsInMemory snapshot)
    {
        for (var (seen, quiet) = (-1, 0); quiet < 20_000; quiet++)
        {
            await Task.Yield();
            if (snapshot.Listed != seen)
                (seen, quiet) = (snapshot.Listed, 0);
        }
    }

    private static async Task AssertNoEndAsync(Pipe pipe, RecordsInMemory snapshot)
    {
        await pipe.Writer.CompleteAsync();
        var bytes = await ReadToEndAsync(pipe.Reader);
        Assert.NotEmpty(bytes);
        Assert.False(ZipLayout.HasEndRecord(bytes));
        Assert.Equal(0, snapshot.Open);
    }

    private static async Task<byte[]> ReadToEndAsync(PipeReader reader)
    {
        using var bytes = new MemoryStream();
        await reader.CopyToAsync(bytes, Cancellation);
        return bytes.ToArray();
    }
}
