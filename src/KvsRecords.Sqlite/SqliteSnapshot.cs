using System.Runtime.CompilerServices;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>
/// A store at one revision. It is read a few hundred rows at a time: a transaction for as long as a slow client takes would let the
/// log grow with everything that is written meanwhile (657 MB in eight seconds).
/// </summary>
internal sealed class SqliteSnapshot(StoreTotals totals, RecordFilter filter, Readers readers, RecordReader records, Action<StoreTotals> close)
    : IRecordSnapshot
{
    private const int PageSize = 500;

    private Action<StoreTotals>? _close = close;

    /// <summary>What the whole store holds at this revision, whatever the filter.</summary>
    public StoreTotals Totals => totals;

    public async IAsyncEnumerable<RecordKey> ReadKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
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

    /// <summary>The number of the file that holds a record; null when none does.</summary>
    public long? FileOf(RecordKey key) => readers.Read(database => RecordTable.Find(database, totals, key.Text))?.File;

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!WellFormed.Is(key.Text) || !filter.Matches(key))
            return new((RecordContent?)null);

        var version = readers.Read(database => RecordTable.Find(database, totals, key.Text));
        return new(version is null ? null : records.Open(totals.Store, version));
    }

    public ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _close, null)?.Invoke(totals);
        return ValueTask.CompletedTask;
    }
}
