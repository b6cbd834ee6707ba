using System.Collections.Concurrent;
using KvsRecords.Sqlite.Bodies;
using KvsRecords.Sqlite.Database;
using KvsRecords.Sqlite.Records;

namespace KvsRecords.Sqlite.Writes;

/// <summary>
/// The queue of one thread that writes, and commits all waiting writes in one transaction: the cost of a commit (one or two waits for the
/// disk) is shared by all writes that came during the last one.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    // Bounds how long the first of a batch waits for the last.
    private const int MaxInBatch = 1_000;

    // In milliseconds: longer than clients take for their next write. A removal in between let 16 of them write 357 times a second.
    private const int UntilIdle = 5;

    private readonly BlockingCollection<Write> _waiting = [];
    private readonly Connection _database;
    private readonly BodyFiles _files;
    private readonly DeadVersions _dead;
    private readonly AccessCounts _counts;
    private readonly TimeProvider _clock;
    private readonly bool _durable;
    private readonly Thread _thread;
    private bool _isWaiting = true;
    private long _commits;

    public WriteQueue(
        Connection database, BodyFiles files, DeadVersions dead, AccessCounts counts, SqliteStorageOptions options)
    {
        (_database, _files, _dead, _counts) = (database, files, dead, counts);
        (_clock, _durable) = (options.Clock, options.Durable);
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "Storage writer" };
        _thread.Start();
    }

    /// <summary>The number of transactions that were committed.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>MUST be done, and committed, when the task ends well.</summary>
    /// <exception cref="IOException">It is not done, and neither is a part of it.</exception>
    public Task<T> RunAsync<T>(Func<Batch, T> apply, bool waitForDisk = true)
    {
        var write = new Write<T>(apply, waitForDisk);
        return TryAdd(write) ? write.Done : throw new ObjectDisposedException(nameof(SqliteStorage));
    }

    /// <summary>Looks at a store again, of which a snapshot was closed.</summary>
    public void LookAgainAt(long store) =>
        TryAdd(new Write<bool>(batch => batch.StoresWithDead.Add(store), waitsForDisk: false));

    /// <summary>Tells whether nothing is left that can be removed.</summary>
    public Task<bool> IsSweptAsync() =>
        RunAsync(batch => !_dead.HasWork && batch.StoresWithDead.Count == 0, waitForDisk: false);

    public void Dispose()
    {
        _waiting.CompleteAdding();
        _thread.Join();
        _waiting.Dispose();
    }

    private bool TryAdd(Write write)
    {
        try
        {
            return _waiting.TryAdd(write);
        }
        catch (InvalidOperationException)
        {
            // No more is taken: the storage is closing, or closed.
            return false;
        }
    }

    private void WriteAll()
    {
        var writes = new List<Write>();
        while (!_waiting.IsCompleted)
        {
            if (_waiting.TryTake(out var first, _dead.HasWork ? UntilIdle : Timeout.Infinite))
            {
                writes.Add(first);
                while (writes.Count < MaxInBatch && _waiting.TryTake(out var next))
                    writes.Add(next);
                Commit(writes);
                writes.Clear();
            }
            else if (_dead.HasWork && !_waiting.IsAddingCompleted)
            {
                Sweep();
            }
        }

        Sweep(isLast: true);
    }

    private void Commit(List<Write> writes)
    {
        try
        {
            CommitOnce(writes);
        }
        catch (Exception e)
        {
            // Whatever the fault is, the callers wait for an answer, and the next ones for this thread.
            var cause = e as IOException ?? new IOException("Nothing was written: " + e.Message, e);
            foreach (var write in writes)
                write.Fail(cause);
            return;
        }

        foreach (var write in writes)
            write.Complete();
    }

    private void Sweep(bool isLast = false)
    {
        try
        {
            CommitOnce([], isLast);
        }
        catch (IOException)
        {
            // The store is looked at again when it changes.
        }
    }

    // A removal that is lost is done again: it need not wait for the disk.
    private void CommitOnce(List<Write> writes, bool isLast = false)
    {
        var removed = default(DeadVersions.Removal);
        var isSweeping = _dead.HasWork;
        var isCommitted = false;
        var waits = _durable && writes.Exists(write => write.WaitsForDisk);
        WaitForDisk(waits);
        using var batch = new Batch(_database, _files, waits, _clock.GetUtcNow().ToUnixTimeMilliseconds());
        try
        {
            if (isSweeping)
                removed = _dead.Remove(batch.Database, writes.Count(write => write.WaitsForDisk));
            foreach (var write in writes)
                write.Apply(batch);
            var counts = batch.HasBegun || isLast ? _counts.Save(batch.Database) : null;
            batch.Commit();
            isCommitted = true;
            if (counts is not null)
                _counts.Saved(counts);
            Interlocked.Increment(ref _commits);
        }
        finally
        {
            if (isSweeping)
                _dead.Done(isCommitted && removed!.HasMore);
        }

        foreach (var store in batch.StoresWithDead)
            _dead.Add(store);
        foreach (var file in removed?.Files ?? [])
            Delete(file);
    }

    private void WaitForDisk(bool wait)
    {
        if (!_durable || wait == _isWaiting)
            return;

        WriterDatabase.WaitForDisk(_database, wait);
        _isWaiting = wait;
    }

    private void Delete(long file)
    {
        try
        {
            _files.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is removed at the next start.
        }
    }
}
