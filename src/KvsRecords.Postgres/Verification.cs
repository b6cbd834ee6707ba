using System.Buffers;
using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Postgres.Records;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Postgres;

/// <summary>Reads everything that a storage holds, and reports what is damaged. One damage hides no other.</summary>
internal sealed class Verification(
    Connections connections, StoreRows stores, Func<long, Task<PostgresSnapshot?>> openSnapshot, IProgress<VerifyProgress>? progress)
{
    private const int ReadSize = 64 * 1024;
    private const string Place = "the table of records";
    private const string StoreTable = "the table of stores";

    private long _checked;
    private long _total;

    public async IAsyncEnumerable<Damage> RunAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (all, why) = await TryAsync(connections.RepeatAsync(
            database => stores.AllAsync(database, cancellationToken), cancellationToken));
        if (all is null)
            yield return new Damage(null, null, StoreTable, $"The stores cannot be read: {why}");
        _total = all?.Sum(store => store.Stats!.Records) ?? 0;
        foreach (var store in all ?? [])
        {
            // One at a time: while it is open, nothing that it shows is removed.
            var (opened, reason) = await TryAsync(openSnapshot(Stored.NumberOf(store)));
            await using var snapshot = opened;
            if (reason is not null)
                yield return new Damage(store.ToString(), null, StoreTable, $"It cannot be read: {reason}");
            if (snapshot is null)
                continue;

            await foreach (var damage in CheckAsync(store, snapshot, cancellationToken))
                yield return damage;
        }

        var names = (all ?? []).ToDictionary(Stored.NumberOf, store => store.ToString());
        foreach (var check in Integrity.All)
        {
            var (faults, reason) = await TryAsync(connections.RepeatAsync(
                database => Integrity.FindAsync(database, check, cancellationToken), cancellationToken));
            if (reason is not null)
                yield return new Damage(null, null, check.Place, $"It cannot be read: {reason}");
            foreach (var fault in faults ?? [])
                yield return new Damage(NameOf(names, fault.Store), fault.Key, check.Place, fault.Reason);
        }
    }

    private static string? NameOf(Dictionary<long, string> names, long? number) => number is null
        ? null
        : names.GetValueOrDefault(number.Value) ?? string.Create(CultureInfo.InvariantCulture, $"the store with the number {number}");

    private static async Task<(T? Result, string? Why)> TryAsync<T>(Task<T> work)
    {
        try
        {
            return (await work, null);
        }
        catch (Exception e) when (IsDamage(e))
        {
            return (default, e.Message);
        }
    }

    private static bool IsDamage(Exception e) => e is InvalidDataException or IOException and not StorageUnavailableException;

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
        {
            var reason = $"It is said to hold {snapshot.Totals}, and holds {counted}; its archives break off.";
            yield return new Damage(store.ToString(), null, StoreTable, reason);
        }
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
        catch (Exception e) when (IsDamage(e))
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
