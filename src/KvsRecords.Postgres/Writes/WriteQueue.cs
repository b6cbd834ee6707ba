using System.Diagnostics;
using System.Threading.Channels;
using KvsRecords.Postgres.Database;
using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Writes;

/// <summary>
/// The queue of one task that writes for this server, and commits all waiting changes of records in one transaction. It takes what waits only
/// once it has locked the stores: what comes while another server commits goes along.
/// </summary>
internal sealed class WriteQueue : IAsyncDisposable
{
    // Bound how long the first of a batch waits for the last, and the memory.
    private const int MaxInBatch = 1_000;
    private const int MaxBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly Channel<Write> _waiting = Channel.CreateUnbounded<Write>(new() { SingleReader = true });
    private readonly Connections _connections;
    private readonly Guid _server;
    private readonly TimeProvider _clock;
    private readonly Task _writing;

    public WriteQueue(Connections connections, Guid server, TimeProvider clock)
    {
        (_connections, _server, _clock) = (connections, server, clock);
        _writing = Task.Run(WriteAllAsync);
    }

    /// <summary>Writes in a transaction of its own. MUST be done, and committed, when the task ends well.</summary>
    /// <exception cref="IOException">It is not known to be done.</exception>
    public Task<T> RunAsync<T>(Func<NpgsqlConnection, long, Task<T>> apply)
    {
        var write = new OwnWrite<T>(database => apply(database, _clock.GetUtcNow().ToUnixTimeMilliseconds()));
        Add(write);
        return write.Done;
    }

    /// <summary>Puts or deletes a record.</summary>
    /// <returns>Whether the store was there and, for a deletion, the record too.</returns>
    /// <exception cref="IOException">It is not known to be done.</exception>
    public Task<bool> RunAsync(RecordChange change)
    {
        Add(change);
        return change.Done;
    }

    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _writing;
    }

    private void Add(Write write) => ObjectDisposedException.ThrowIf(!_waiting.Writer.TryWrite(write), typeof(PostgresStorage));

    private async Task WriteAllAsync()
    {
        var writes = new List<Write>();
        while (await _waiting.Reader.WaitToReadAsync())
        {
            writes.Clear();
            await AnswerAsync(writes);
        }
    }

    private async Task AnswerAsync(List<Write> writes)
    {
        try
        {
            await CommitAsync(writes);
            writes.ForEach(write => write.Complete());
        }
        catch (PostgresException) when (writes.Count > 1)
        {
            // One of them is at fault. The others are not to fail with it.
            foreach (var write in writes)
                await AnswerAsync([write]);
        }
        catch (Exception e)
        {
            // Whatever the fault is, the callers wait for an answer, and the next ones for this task.
            var cause = _connections.FaultOf(e);
            writes.ForEach(write => write.Fail(cause is IOException or StoreNameTakenException or StoreIdTakenException
                ? cause
                : new IOException("Nothing was written: " + cause.Message, e)));
        }
    }

    // A commit whose answer is lost may be done. The row of this server tells: each transaction leaves a number of its own in it, and
    // locks it, so that one which is still on its way ends before the row is read.
    private async Task CommitAsync(List<Write> writes)
    {
        var start = Stopwatch.GetTimestamp();
        long? tried = null;
        while (true)
        {
            var stamp = Random.Shared.NextInt64();
            try
            {
                await using var database = await _connections.OpenAsync(CancellationToken.None);
                await using var transaction = await database.BeginTransactionAsync();
                Take(writes);
                var (last, batch) = await LockAsync(database, writes);
                if (tried is not null && last == tried)
                    return;

                TakeMore(writes, batch);
                tried = null;
                if (writes[0] is OwnWrite own)
                    await own.ApplyAsync(database);
                else
                    await batch.ApplyAsync(database, stamp, _clock.GetUtcNow().ToUnixTimeMilliseconds());
                await Sql.RunAsync(
                    database, "update servers set stamp = $2, seen = clock_timestamp() where id = $1", CancellationToken.None, Sql.P(_server), Sql.P(stamp));
                tried = stamp;
                await transaction.CommitAsync();
                return;
            }
            catch (Exception e) when (Connections.MayPass(e, CancellationToken.None) && !_connections.IsTooLong(start))
            {
                await Task.Delay(Pause);
            }
        }
    }

    // Changes of records, or one other write. Those of an earlier try are there already.
    private void Take(List<Write> writes)
    {
        if (writes.Count > 0)
            return;

        var size = 0;
        while (writes.Count < MaxInBatch && size < MaxBytes && _waiting.Reader.TryPeek(out var next) && (next is RecordChange || writes.Count == 0))
        {
            _waiting.Reader.TryRead(out _);
            writes.Add(next);
            if (next is not RecordChange change)
                return;
            size += change.Size;
        }
    }

    private void TakeMore(List<Write> writes, RecordBatch batch)
    {
        if (writes[0] is OwnWrite)
            return;

        var size = batch.Size;
        while (writes.Count < MaxInBatch && size < MaxBytes && _waiting.Reader.TryPeek(out var next) && next is RecordChange change && batch.TryAdd(change))
        {
            _waiting.Reader.TryRead(out _);
            writes.Add(next);
            size += change.Size;
        }
    }

    // As a statement of its own: in one with the update, the older state of the rows would be read.
    private async Task<(long? Stamp, RecordBatch Batch)> LockAsync(NpgsqlConnection database, List<Write> writes)
    {
        var changes = writes.OfType<RecordChange>().ToList();
        await using var commands = new NpgsqlBatch(database)
        {
            BatchCommands =
            {
                Sql.Part("select stamp from servers where id = $1 for update", Sql.P(_server)),
                RecordBatch.Lock([.. changes.Select(change => change.Store).Distinct()]),
            },
        };
        var (stamp, batch) = await ReadAsync(commands);
        if (stamp is null)
        {
            // A database that took over may lack the last rows of the one before.
            await Servers.AddAsync(database, _server, CancellationToken.None);
        }

        changes.ForEach(change => batch.TryAdd(change));
        return (stamp, batch);
    }

    private static async Task<(long? Stamp, RecordBatch Batch)> ReadAsync(NpgsqlBatch commands)
    {
        await using var rows = await commands.ExecuteReaderAsync();
        var stamp = await rows.ReadAsync() ? rows.GetInt64(0) : (long?)null;
        await rows.NextResultAsync();
        return (stamp, await RecordBatch.ReadAsync(rows));
    }
}
