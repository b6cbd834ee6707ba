using System.Globalization;
using System.Runtime.CompilerServices;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Sqlite.Bodies;
using KvsRecords.Sqlite.Database;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Records;

/// <summary>
/// A store at one revision. It is read a few hundred rows at a time: a transaction for as long as a slow client takes would let the
/// log grow with everything that is written meanwhile (657 MB in eight seconds).
/// </summary>
internal sealed class SqliteSnapshot(
    StoreTotals totals, RecordFilter filter, Readers readers, RecordReader records, BodyFiles files, Action<StoreTotals> close)
    : ICompressedSnapshot
{
    private const int PageSize = 500;

    private Action<StoreTotals>? _close = close;
    private EntryTotals? _totals;

    /// <inheritdoc/>
    public EntryTotals Totals => _totals ??= filter.CommonPrefix.Length == 0
        ? new EntryTotals(totals.Records, totals.KeyBytes, totals.CompressedBytes, totals.ValueBytes)
        : CountEntries();

    public ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken) => new(new SnapshotState(
        string.Create(CultureInfo.InvariantCulture, $"{totals.Incarnation:x16}-{totals.Revision}"),
        Stored.Time(totals.Modified),
        Totals.ValueBytes));

    /// <inheritdoc/>
    public IEntryHeaders ReadHeaders() => HeaderReader();

    /// <inheritdoc/>
    public ICompressedEntries ReadEntries(string? from) => new EntryReader(totals, new KeyRange(filter), from, withBodies: true, readers, files);

    public IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken) =>
        ReadAnyKeysAsync(cancellationToken).Select(Stored.Check);

    /// <summary>The keys as they are, also those that cannot have been written.</summary>
    public async IAsyncEnumerable<RecordKey> ReadAnyKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var range = new KeyRange(filter);
        if (range.IsEmpty)
            yield break;

        var (from, inclusive) = range.StartAfter(null);
        List<string> page;
        do
        {
            page = readers.Read(database => RecordTable.Keys(database, totals, from, inclusive, PageSize));
            foreach (var key in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!range.Contains(key))
                    yield break;

                yield return new RecordKey(key);
            }

            (from, inclusive) = (page.Count > 0 ? page[^1] : from, false);
        }
        while (page.Count == PageSize);
    }

    /// <summary>Finds the version that the store holds under a key.</summary>
    public RecordVersion? Find(RecordKey key) => readers.Read(database => RecordTable.Find(database, totals, key.Text));

    /// <summary>The header of the entry, as its row has it.</summary>
    public byte[]? HeaderOf(RecordKey key) => readers.Read(database => RecordTable.Header(database, totals, key.Text));

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!Stored.IsWellFormed(key.Text) || !filter.Matches(key))
            return new((RecordContent?)null);

        return new(Find(key) is { } version ? records.Open(totals.Store, version) : null);
    }

    public ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _close, null)?.Invoke(totals);
        return ValueTask.CompletedTask;
    }

    /// <summary>Sums up the sizes of the entries by the beginning of their keys, from the index alone.</summary>
    public void Sum(SizesByPrefix sizes, CancellationToken cancellationToken)
    {
        using var entries = HeaderReader();
        while (entries.MoveNext())
        {
            sizes.Add(entries.Key, entries.Lengths.Value);
            if (sizes.Records % PageSize == 0)
                cancellationToken.ThrowIfCancellationRequested();
        }
    }

    /// <summary>
    /// Sums up the entries, and looks at each: the database keeps no sums of a part of a store, and those of a whole one may be damaged.
    /// </summary>
    public EntryTotals CountEntries()
    {
        var (count, keys, compressed, values) = (0L, 0L, 0L, 0L);
        using var entries = HeaderReader();
        while (entries.MoveNext())
        {
            var lengths = entries.Lengths;
            count++;
            keys += entries.Key.Length;
            compressed += lengths.Compressed;
            values += lengths.Value;
        }

        return new EntryTotals(count, keys, compressed, values);
    }

    private EntryReader HeaderReader() => new(totals, new KeyRange(filter), from: null, withBodies: false, readers, files);
}
