using System.Buffers;
using System.Runtime.CompilerServices;
using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Postgres.Records;
using KvsRecords.Stores;

namespace KvsRecords.Postgres;

/// <summary>Reads everything that a storage holds, and reports what is damaged. One damage hides no other.</summary>
internal sealed class Verification(
    Connections connections, StoreRows stores, Func<long, Task<PostgresSnapshot?>> openSnapshot, IProgress<VerifyProgress>? progress)
{
    private const int ReadSize = 64 * 1024;
    private const string Place = "the table of records";

    // A body that no record names, and that is neither being written nor removed, is one that leaked.
    private const string Orphans = """
        select o.id from objects o where o.state = 1 and not exists (select 1 from records r where r.object = o.id) order by o.id limit 1000
        """;

    private long _checked;
    private long _total;

    public async IAsyncEnumerable<Damage> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var all = await connections.RepeatAsync(database => stores.AllAsync(database, cancellationToken), cancellationToken);
        _total = all.Sum(store => store.Stats!.Records);
        foreach (var store in all)
        {
            // One at a time: while it is open, nothing that it shows is removed.
            await using var snapshot = await openSnapshot(Stored.NumberOf(store));
            if (snapshot is null)
                continue;

            await foreach (var damage in CheckAsync(store, snapshot, cancellationToken))
                yield return damage;
        }

        var orphans = await connections.RepeatAsync(
            database => Sql.RowsAsync(database, Orphans, row => row.GetGuid(0), cancellationToken), cancellationToken);
        foreach (var orphan in orphans)
            yield return new Damage(null, null, "the table of objects", $"The body {orphan} belongs to no record.");
    }

    private async IAsyncEnumerable<Damage> CheckAsync(
        Store store, PostgresSnapshot snapshot, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var counted = default(EntryTotals);
        await foreach (var key in snapshot.ReadAnyKeysAsync(cancellationToken))
        {
            var (version, damage) = await CheckAsync(store, snapshot, key, cancellationToken);
            if (damage is not null)
                yield return damage;
            if (version is not null)
            {
                counted = new EntryTotals(
                    counted.Records + 1, counted.KeyBytes + Encoding.UTF8.GetByteCount(key.Text),
                    counted.CompressedBytes + version.Entry.CompressedLength, counted.ValueBytes + version.Entry.Length);
            }

            progress?.Report(new VerifyProgress(++_checked, _total));
        }

        if (counted != snapshot.Totals)
            yield return new Damage(store.ToString(), null, "the table of stores", $"It is said to hold {snapshot.Totals}, and holds {counted}; its archives break off.");
    }

    private static async ValueTask<(RecordVersion? Version, Damage? Damage)> CheckAsync(
        Store store, PostgresSnapshot snapshot, RecordKey key, CancellationToken cancellationToken)
    {
        RecordVersion? version = null;
        var buffer = ArrayPool<byte>.Shared.Rent(ReadSize);
        try
        {
            Stored.Check(key);
            version = await snapshot.FindAsync(key, cancellationToken);
            if (version is null)
                return (null, new Damage(store.ToString(), key.Text, Place, "The record is listed and cannot be found."));
            if (!version.HasItsHeader(key))
                return (version, new Damage(store.ToString(), key.Text, Place, "Its header is that of another record."));

            await using var content = await snapshot.OpenAsync(key, cancellationToken);
            while (content is not null && await content.ReadAsync(buffer, cancellationToken) > 0)
                cancellationToken.ThrowIfCancellationRequested();
            return (version, null);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            var place = version?.Object is { } body ? $"the body {body}" : Place;
            return (version, new Damage(store.ToString(), key.Text, place, e.Message));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
