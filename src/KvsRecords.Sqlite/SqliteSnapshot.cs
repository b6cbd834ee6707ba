using System.Runtime.CompilerServices;
using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>
/// A store at one revision. It is read a few hundred rows at a time: a transaction for as long as a slow client takes would let the
/// log grow with everything that is written meanwhile (657 MB in eight seconds).
/// </summary>
internal sealed class SqliteSnapshot(StoreTotals totals, RecordFilter filter, Readers readers, BodyFiles files, Action<StoreTotals> close)
    : IRecordSnapshot
{
    private const int PageSize = 500;

    private Action<StoreTotals>? _close = close;

    /// <summary>What the whole store holds at this revision, whatever the filter.</summary>
    public StoreTotals Totals => totals;

    public async IAsyncEnumerable<RecordKey> ReadKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        var prefix = filter.CommonPrefix;
        if (!WellFormed.Is(prefix))
            yield break;

        var (from, isFirst) = (prefix, true);
        List<string> page;
        do
        {
            page = readers.Read(database => RecordTable.Keys(database, totals, from, isFirst, PageSize));
            foreach (var text in page)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (!text.StartsWith(prefix, StringComparison.Ordinal))
                    yield break;

                var key = new RecordKey(text);
                if (filter.Matches(key))
                    yield return key;
            }

            (from, isFirst) = (page.Count > 0 ? page[^1] : from, false);
        }
        while (page.Count == PageSize);
    }

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!WellFormed.Is(key.Text) || !filter.Matches(key))
            return new((RecordContent?)null);

        var version = readers.Read(database => RecordTable.Find(database, totals, key.Text));
        return new(version is null ? null : Open(version));
    }

    public ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _close, null)?.Invoke(totals);
        return ValueTask.CompletedTask;
    }

    private RecordContent Open(RecordVersion version)
    {
        Stream packed = version.File is { } file ? new BodyStream(files.OpenRead(file)) : new MemoryStream(version.Body ?? []);
        try
        {
            var value = new UnpackedStream(version.Packed, packed);
            var modified = DateTimeOffset.FromUnixTimeMilliseconds(version.Modified);
            return new RecordContent(value, version.Packed.Length, modified, version.ContentType);
        }
        catch
        {
            packed.Dispose();
            throw;
        }
    }
}
