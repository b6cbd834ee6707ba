using System.Runtime.CompilerServices;
using System.Threading.Channels;
using KvsRecords.Storage;

namespace KvsRecords.Archive;

/// <summary>
/// Reads the next records on one core while the current one is compressed on another. For 50,000 records of 1 kB, opening, reading
/// and closing files is a quarter of the time.
/// </summary>
internal static class ReadAhead
{
    // Handed over one by one, each record would wake the other side. At most three such batches are held at once, 3 MiB together.
    private const int LargestBatch = 16;

    /// <summary>
    /// MUST give the records in the order of their keys, without those that were deleted meanwhile; MUST NOT open the second before
    /// the first has been dealt with; MUST give every record that comes before a fault, and then throw it. A caller that gets a record
    /// disposes it.
    /// </summary>
    public static async IAsyncEnumerable<ReadRecord> ReadAsync(
        IRecordSnapshot snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var batches = Channel.CreateBounded<Queue<ReadRecord>>(1);
        var mayGoOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var reading = Task.Run(() => FillAsync(snapshot, batches.Writer, mayGoOn.Task, stop.Token), CancellationToken.None);
        var current = new Queue<ReadRecord>();
        try
        {
            await foreach (var batch in batches.Reader.ReadAllAsync(cancellationToken))
            {
                current = batch;
                while (current.TryDequeue(out var record))
                    yield return record;
                mayGoOn.TrySetResult();
            }
        }
        finally
        {
            await stop.CancelAsync();
            mayGoOn.TrySetResult();
            await reading;
            await DisposeAsync(current);
            while (batches.Reader.TryRead(out var batch))
                await DisposeAsync(batch);
        }
    }

    private static async Task FillAsync(
        IRecordSnapshot snapshot, ChannelWriter<Queue<ReadRecord>> batches, Task mayGoOn, CancellationToken cancellationToken)
    {
        var batch = new Queue<ReadRecord>(LargestBatch);
        try
        {
            var isFirst = true;
            await foreach (var key in snapshot.ReadKeysAsync(cancellationToken))
            {
                if (!isFirst)
                    await mayGoOn;
                if (await ReadRecord.OpenAsync(snapshot, key, cancellationToken) is not { } record)
                    continue;

                isFirst = false;
                batch.Enqueue(record);

                // A waiting reader gets the records that are ready; the batch grows only while none waits.
                if (!batches.TryWrite(batch))
                {
                    if (batch.Count < LargestBatch)
                        continue;
                    await batches.WriteAsync(batch, cancellationToken);
                }

                batch = new Queue<ReadRecord>(LargestBatch);
            }

            if (batch.Count > 0)
                await batches.WriteAsync(batch, cancellationToken);
            batch = [];
            batches.Complete();
        }
        catch (Exception e)
        {
            // The fault reaches the reader, after all that was read before it.
            if (batch.Count > 0 && await IsTakenAsync(batches, batch, cancellationToken))
                batch = [];
            batches.Complete(e);
        }

        await DisposeAsync(batch);
    }

    private static async ValueTask<bool> IsTakenAsync(
        ChannelWriter<Queue<ReadRecord>> batches, Queue<ReadRecord> batch, CancellationToken cancellationToken)
    {
        try
        {
            await batches.WriteAsync(batch, cancellationToken);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private static async ValueTask DisposeAsync(Queue<ReadRecord> batch)
    {
        while (batch.TryDequeue(out var record))
            await record.DisposeAsync();
    }
}
