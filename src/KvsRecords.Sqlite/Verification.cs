using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Sqlite.Bodies;
using KvsRecords.Sqlite.Database;
using KvsRecords.Sqlite.Records;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>Reads everything that a storage holds, and reports what is damaged. One damage hides no other.</summary>
internal sealed class Verification(
    string database, Readers readers, BodyFiles files, StoreTable stores, Func<long, SqliteSnapshot?> openSnapshot,
    IProgress<VerifyProgress>? progress)
{
    // As much as a body is unpacked to at once elsewhere.
    private const int ReadSize = 64 * 1024;

    private long _checked;
    private long _total;

    public async IAsyncEnumerable<Damage> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // SQLite reads all pages of the database, which can take minutes, and cannot be stopped.
        foreach (var reason in await Task.Run(CheckDatabase, cancellationToken))
            yield return new Damage(null, null, database, reason);

        if (!TryRead(() => readers.Read(stores.All), out var all, out var why))
        {
            yield return new Damage(null, null, database, $"The stores cannot be read: {why}");
            yield break;
        }

        var snapshots = new List<(Store Store, SqliteSnapshot Snapshot)>();
        try
        {
            foreach (var store in all)
            {
                if (!TryRead(() => openSnapshot(Stored.NumberOf(store)), out var snapshot, out var reason))
                    yield return new Damage(store.ToString(), null, database, $"It cannot be read: {reason}");
                else if (snapshot is not null)
                    snapshots.Add((store, snapshot));
            }

            _total = snapshots.Sum(each => each.Snapshot.Totals.Records);
            foreach (var (store, snapshot) in snapshots)
            {
                await foreach (var damage in CheckAsync(store, snapshot, cancellationToken))
                    yield return damage;
            }
        }
        finally
        {
            foreach (var (_, snapshot) in snapshots)
                await snapshot.DisposeAsync();
        }
    }

    private List<string> CheckDatabase() =>
        TryRead(() => readers.Read(one => one.Rows("pragma integrity_check", row => row.GetString(0))), out var found, out var why)
            ? found is ["ok"] ? [] : found
            : [why];

    private async IAsyncEnumerable<Damage> CheckAsync(
        Store store, SqliteSnapshot snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var keys = snapshot.ReadAnyKeysAsync(cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (true)
        {
            var (hasNext, why) = await NextAsync(keys);
            if (why is not null)
                yield return new Damage(store.ToString(), null, database, $"Its records cannot all be found: {why}");
            if (!hasNext)
            {
                if (why is null && WrongTotals(snapshot) is { } wrong)
                    yield return new Damage(store.ToString(), null, database, wrong);
                yield break;
            }

            if (await CheckAsync(store, snapshot, keys.Current, cancellationToken) is { } damage)
                yield return damage;
            progress?.Report(new VerifyProgress(++_checked, _total));
        }
    }

    // The lengths of archives and the sums that the API gives come from these sums, and are not counted anew.
    private static string? WrongTotals(SqliteSnapshot snapshot)
    {
        if (!TryRead(snapshot.CountEntries, out var counted, out var why))
            return $"Its records cannot be counted: {why}";
        return counted == snapshot.Totals
            ? null
            : $"It is said to hold {snapshot.Totals}, and holds {counted}; its archives break off.";
    }

    private static async ValueTask<(bool HasNext, string? Why)> NextAsync(IAsyncEnumerator<RecordKey> keys)
    {
        try
        {
            return (await keys.MoveNextAsync(), null);
        }
        catch (IOException e)
        {
            return (false, e.Message);
        }
    }

    private async ValueTask<Damage?> CheckAsync(Store store, SqliteSnapshot snapshot, RecordKey key, CancellationToken cancellationToken)
    {
        var place = database;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            Stored.Check(key);
            var version = snapshot.Find(key);
            if (version is not null && !HasItsHeader(snapshot, key, version))
                return new Damage(store.ToString(), key.Text, place, "Its header is that of another record.");

            place = version?.File is { } file ? files.PathOf(file) : database;
            await using var content = await snapshot.OpenAsync(key, cancellationToken);
            while (content is not null && await content.ReadAsync(buffer, cancellationToken) > 0)
                cancellationToken.ThrowIfCancellationRequested();
            return content is null ? new Damage(store.ToString(), key.Text, place, "The record is listed and cannot be found.") : null;
        }
        catch (FileNotFoundException)
        {
            return new Damage(store.ToString(), key.Text, place, "The file is missing.");
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return new Damage(store.ToString(), key.Text, place, e.Message);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // It is what an archive has of the record.
    private static bool HasItsHeader(SqliteSnapshot snapshot, RecordKey key, RecordVersion version) =>
        EntryHeader.Create(Encoding.UTF8.GetBytes(key.Text), version.Entry, version.Modified).AsSpan().SequenceEqual(snapshot.HeaderOf(key));

    private static bool TryRead<T>(Func<T> read, out T result, out string why)
    {
        try
        {
            (result, why) = (read(), "");
            return true;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            (result, why) = (default!, e.Message);
            return false;
        }
    }
}
