using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace KvsRecords.Sqlite;

/// <summary>
/// One thread writes, and commits whatever waits in one transaction: what a commit costs (one or two waits for the disk) is shared
/// by everybody who came while the last one was on its way.
/// </summary>
internal sealed class WriteQueue : IDisposable
{
    // Bounds how long the first of a batch waits for the last.
    private const int MostInBatch = 1_000;

    // In milliseconds: longer than clients take for their next write. A removal in between let 16 of them write 357 times a second.
    private const int UntilIdle = 5;

    private readonly BlockingCollection<Write> _waiting = [];
    private readonly Database _database;
    private readonly BodyFiles _files;
    private readonly DeadVersions _dead;
    private readonly AccessCounts _counts;
    private readonly Reserve _reserve;
    private readonly TimeProvider _clock;
    private readonly bool _durable;
    private readonly Thread _thread;
    private bool _isWaiting = true;
    private long _commits;

    public WriteQueue(
        Database database, BodyFiles files, DeadVersions dead, AccessCounts counts, Reserve reserve, SqliteStorageOptions options)
    {
        (_database, _files, _dead, _counts, _reserve) = (database, files, dead, counts, reserve);
        (_clock, _durable) = (options.Clock, options.Durable);
        _thread = new Thread(WriteAll) { IsBackground = true, Name = "Storage writer" };
        _thread.Start();
    }

    /// <summary>How many transactions were committed.</summary>
    public long Commits => Interlocked.Read(ref _commits);

    /// <summary>MUST be done, and committed, when the task ends well.</summary>
    /// <exception cref="IOException">It is not done, and neither is a part of it.</exception>
    public Task<T> RunAsync<T>(Func<Batch, T> apply, bool waitForDisk = true, bool needsRoom = true)
    {
        var write = new Write<T>(apply, waitForDisk, needsRoom);
        return TryAdd(write) ? write.Done : throw new ObjectDisposedException(nameof(SqliteStorage));
    }

    /// <summary>Somebody has stopped looking at a store.</summary>
    public void LookAgainAt(long store) =>
        TryAdd(new Write<bool>(batch => batch.StoresWithDead.Add(store), waitsForDisk: false, needsRoom: false));

    /// <summary>Whether there is nothing left that can be removed.</summary>
    public Task<bool> IsSweptAsync() =>
        RunAsync(batch => !_dead.HasWork && batch.StoresWithDead.Count == 0, waitForDisk: false, needsRoom: false);

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
                while (writes.Count < MostInBatch && _waiting.TryTake(out var next))
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
        if (!_reserve.Hold() && !HasFreePages())
            FailAll(writes.FindAll(NeedsRoom), Reserve.NoRoom(), writes);

        var (swept, mayGiveUp) = (_dead.Next, true);
        while (writes.Count > 0 && !TryCommit(writes, out var cause))
        {
            // Where there is no room, what makes some is tried without the others, and then with the reserve.
            var failed = !Database.IsFull(cause) ? writes
                : writes.Exists(NeedsRoom) ? writes.FindAll(NeedsRoom)
                : mayGiveUp && _reserve.GiveUp() ? []
                : writes;
            mayGiveUp &= failed.Count > 0;
            FailAll([.. failed], cause, writes);
            if (Database.IsFull(cause))
                MakeRoom();
            if (writes.Count > 0 && swept is { } store)
                _dead.Add(store);
        }

        foreach (var write in writes)
            write.Complete();
    }

    private bool TryCommit(List<Write> writes, [NotNullWhen(false)] out IOException? cause)
    {
        cause = null;
        try
        {
            CommitOnce(writes);
            return true;
        }
        catch (Exception e)
        {
            // Whatever it is, somebody waits for an answer, and the next ones for this thread.
            cause = e as IOException ?? new IOException("Nothing was written: " + e.Message, e);
            return false;
        }
    }

    private static bool NeedsRoom(Write write) => write.NeedsRoom;

    private static void FailAll(List<Write> failed, IOException cause, List<Write> writes)
    {
        foreach (var write in failed)
            write.Fail(cause);
        writes.RemoveAll(failed.Contains);
    }

    // What was deleted leaves room in the database, and the file of the database as it is.
    private bool HasFreePages()
    {
        try
        {
            return _database.Prepare("pragma freelist_count").First(row => row.GetInt64(0)) * Schema.PageSize >= Reserve.Size;
        }
        catch (IOException)
        {
            return false;
        }
    }

    // Where the disk is full, what is on it twice is room for the next one: a deletion needs some too.
    private void MakeRoom()
    {
        try
        {
            _database.Run("pragma wal_checkpoint(truncate)");
        }
        catch (IOException)
        {
            // There is no room for that either.
        }
    }

    private void Sweep(bool isLast = false)
    {
        var swept = _dead.Next;
        try
        {
            CommitOnce([], isLast);
        }
        catch (IOException e)
        {
            // Without more room the store is looked at again when it changes.
            if (!Database.IsFull(e) || !_reserve.GiveUp())
                return;
            MakeRoom();
            if (swept is { } store)
                _dead.Add(store);
        }
    }

    // What is lost of a removal is done again: it need not wait for the disk.
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
                removed = _dead.Remove(batch.Database, writes.Count(NeedsRoom));
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
