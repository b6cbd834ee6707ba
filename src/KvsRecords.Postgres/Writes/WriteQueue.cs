using System.Diagnostics;
using System.Threading.Channels;
using KvsRecords.Postgres.Database;
using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Writes;

/// <summary>
/// The queue of one task that writes for this server, and commits all waiting changes of records in one transaction. Once it has locked their
/// stores, it takes again what waits: what came while another server committed goes along.
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
    private readonly TimeSpan _wait;
    private readonly Task _writing;

    public WriteQueue(Connections connections, Guid server, TimeProvider clock, TimeSpan wait)
    {
        (_connections, _server, _clock, _wait) = (connections, server, clock, wait);
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
            FailLate();
            writes.Clear();
            if (_waiting.Reader.TryPeek(out _))
                await AnswerAsync(writes);
        }
    }

    // Their callers have waited for long enough.
    private void FailLate()
    {
        while (_waiting.Reader.TryPeek(out var next) && FailIfLate(next))
            _waiting.Reader.TryRead(out _);
    }

    private bool FailIfLate(Write write)
    {
        var isLate = write.Age > _wait;
        if (isLate)
            write.Fail(new StorageUnavailableException("The writes before it took too long. Send it again."));
        return isLate;
    }

    private async Task AnswerAsync(List<Write> writes)
    {
        try
        {
            await CommitAsync(writes);
            writes.ForEach(write => write.Complete());
        }
        catch (Exception e) when (writes.Count > 1 && !IsOfAll(e))
        {
            // One of them is at fault. The others are not to fail with it.
            foreach (var write in writes)
            {
                if (!FailIfLate(write))
                    await AnswerAsync([write]);
            }
        }
        catch (Exception e)
        {
            // Whatever the fault is, the callers wait for an answer, and the next ones for this task.
            if (IsOfAll(e))
                TakeAll(writes);
            var cause = e is NoStandbyException ? new StorageUnavailableException(e.Message) : _connections.FaultOf(e);
            writes.ForEach(write => write.Fail(cause is IOException or StoreNameTakenException or StoreIdTakenException
                ? cause
                : new IOException("Nothing was written: " + cause.Message, e)));
        }
    }

    private static bool IsOfAll(Exception e) => e is NoStandbyException || Connections.MayPass(e, CancellationToken.None);

    // A commit whose answer is lost may be done. The row of this server tells: each transaction leaves a number of its own in it, and
    // locks it, so that one which is still on its way ends before the row is read.
    private async Task CommitAsync(List<Write> writes)
    {
        var start = Stopwatch.GetTimestamp();
        var tried = new HashSet<long>();
        var isAlone = writes.Count > 0;
        Take(writes);
        while (true)
        {
            var stamp = Random.Shared.NextInt64();
            try
            {
                await using var database = await _connections.OpenAsync(CancellationToken.None);
                await using var transaction = await database.BeginTransactionAsync();
                var (last, batch) = await LockAsync(database, writes);
                if (last is null || !tried.Contains(last.Value))
                    await ApplyAsync(database, writes, batch, isAlone, stamp);

                // Also where the last try was committed: this commit waits for a standby that the last one may not have reached.
                await Sql.RunAsync(
                    database, "update servers set stamp = $2, seen = clock_timestamp() where id = $1", CancellationToken.None, Sql.P(_server), Sql.P(stamp));
                tried.Add(stamp);
                await CommitAsync(database, transaction);
                return;
            }
            catch (Exception e) when (Connections.MayPass(e, CancellationToken.None) && !_connections.IsTooLong(start))
            {
                await Task.Delay(Pause);
            }
        }
    }

    // A commit whose wait for a standby was broken off, as by the time limit of a command, is answered as done, with a warning.
    private static async Task CommitAsync(NpgsqlConnection database, NpgsqlTransaction transaction)
    {
        var hasWarning = false;
        database.Notice += (_, e) => hasWarning |= e.Notice.SqlState == PostgresErrorCodes.Warning;
        await transaction.CommitAsync();
        if (hasWarning)
            throw new NoStandbyException();
    }

    private async Task ApplyAsync(NpgsqlConnection database, List<Write> writes, RecordBatch batch, bool isAlone, long stamp)
    {
        if (writes[0] is OwnWrite own)
        {
            await own.ApplyAsync(database);
            return;
        }

        foreach (var change in writes.OfType<RecordChange>())
        {
            change.IsDone = false;
            batch.TryAdd(change);
        }

        if (!isAlone)
            TakeMore(writes, batch);
        await batch.ApplyAsync(database, stamp, _clock.GetUtcNow().ToUnixTimeMilliseconds());
    }

    // They have waited as well, and would wait one after the other.
    private void TakeAll(List<Write> writes)
    {
        while (_waiting.Reader.TryRead(out var next))
            writes.Add(next);
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
        var stores = writes.OfType<RecordChange>().Select(change => change.Store).Distinct().ToArray();
        await using var commands = new NpgsqlBatch(database)
        {
            BatchCommands =
            {
                Sql.Part("select stamp from servers where id = $1 for update", Sql.P(_server)),
                RecordBatch.Lock(stores),
            },
        };
        var (stamp, batch) = await ReadAsync(commands);
        if (stamp is null)
        {
            // A database that took over may lack the last rows of the one before.
            await Servers.AddAsync(database, _server, CancellationToken.None);
        }

        return (stamp, batch);
    }

    private static async Task<(long? Stamp, RecordBatch Batch)> ReadAsync(NpgsqlBatch commands)
    {
        await using var rows = await commands.ExecuteReaderAsync();
        var stamp = await rows.ReadAsync() ? rows.GetInt64(0) : (long?)null;
        await rows.NextResultAsync();
        return (stamp, await RecordBatch.ReadAsync(rows));
    }

    private sealed class NoStandbyException() : Exception("No standby has the write yet: it may be lost with this database. Send it again.");
}
