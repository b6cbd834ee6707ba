using System.Globalization;
using System.Runtime.CompilerServices;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Postgres.Database;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Postgres.Records;

/// <summary>
/// A store at one revision, read a page at a time. A transaction for as long as a slow client takes would keep the database from removing
/// what is dead anywhere: it brought a row that is often written from 7,600 updates a second to 520.
/// </summary>
internal sealed class PostgresSnapshot(
    StoreTotals totals, long stamp, string timeline, EntryTotals sums, RecordFilter filter, Connections connections, RecordReader records, Bodies bodies,
    Leases leases, Leases.Lease lease) : ICompressedSnapshot
{
    private const int PageSize = 500;

    private readonly KeyRange _range = new(filter);

    /// <inheritdoc/>
    public EntryTotals Totals => sums;

    /// <inheritdoc/>
    public bool IsRemote => true;

    // A server that was promoted may count on from a revision that the last one had, with other records.
    public ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken) => new(new SnapshotState(
        string.Create(CultureInfo.InvariantCulture, $"{totals.Incarnation:x16}-{totals.Revision}-{stamp:x16}"),
        Stored.Time(totals.Modified),
        sums.ValueBytes));

    /// <inheritdoc/>
    public IEntryHeaders ReadHeaders() => Read(from: null, withBodies: false);

    /// <inheritdoc/>
    public ICompressedEntries ReadEntries(string? from) => Read(from, withBodies: true);

    public IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken) =>
        ReadAnyKeysAsync(cancellationToken).Select(Stored.Check);

    /// <summary>The keys as they are, also those that cannot have been written.</summary>
    public async IAsyncEnumerable<RecordKey> ReadAnyKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (_range.IsEmpty)
            yield break;

        var (from, inclusive) = _range.StartAfter(null);
        List<string> page;
        do
        {
            page = await connections.RepeatAsync(
                database => RecordRows.KeysAsync(database, totals, from, inclusive, PageSize, cancellationToken), cancellationToken);
            lease.Check();
            foreach (var key in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!_range.Contains(key))
                    yield break;

                yield return new RecordKey(key);
            }

            (from, inclusive) = (page.Count > 0 ? page[^1] : from, false);
        }
        while (page.Count == PageSize);
    }

    /// <summary>Finds the version that the store holds under a key.</summary>
    public async ValueTask<RecordVersion?> FindAsync(RecordKey key, CancellationToken cancellationToken)
    {
        var version = await connections.RepeatAsync(database => RecordRows.FindAsync(database, totals, key.Text, cancellationToken), cancellationToken);
        lease.Check();
        return version;
    }

    public async ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
    {
        if (!Stored.IsWellFormed(key.Text) || !filter.Matches(key))
            return null;

        // What is opened may be read for longer than the snapshot is open.
        var own = leases.Open();
        RecordContent? content = null;
        try
        {
            return content = await FindAsync(key, cancellationToken) is { } version
                ? await records.OpenAsync(totals.Store, version, own, cancellationToken)
                : null;
        }
        finally
        {
            if (content is null)
                own.Dispose();
        }
    }

    /// <summary>Sums up the sizes of the entries by the beginning of their keys.</summary>
    public async ValueTask SumAsync(SizesByPrefix sizes, CancellationToken cancellationToken)
    {
        using var entries = Read(from: null, withBodies: false);
        while (await entries.LoadAsync(cancellationToken))
        {
            while (entries.MoveNext())
                sizes.Add(entries.Key, entries.Lengths.Value);
        }
    }

    public ValueTask DisposeAsync()
    {
        lease.Dispose();
        return ValueTask.CompletedTask;
    }

    private EntryPages Read(string? from, bool withBodies) => new(totals, timeline, _range, from, withBodies, connections, bodies, lease);
}
