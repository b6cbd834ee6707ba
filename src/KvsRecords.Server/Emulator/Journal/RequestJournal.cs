using KvsRecords.Emulator;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Emulator.Journal;

/// <summary>The requests that came, so that a test can see what its application sent. The newest are kept.</summary>
internal sealed class RequestJournal(AdjustableClock clock) : IResettable
{
    /// <summary>Limits the requests that are kept: more than a test sends, in some megabytes.</summary>
    public const int MaxKept = 10_000;

    // A client may have the last byte of an answer before the server notes it, mostly by a millisecond.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly Queue<JournalEntry> _entries = [];
    private long _lastId;
    private long _dropped;

    /// <summary>Counts the requests since the journal was last emptied that are no longer kept.</summary>
    public long Dropped
    {
        get
        {
            lock (_lock)
                return _dropped;
        }
    }

    /// <summary>Adds a request that begins to arrive.</summary>
    public JournalEntry Begin(string method, string path, string query)
    {
        lock (_lock)
        {
            var entry = new JournalEntry(clock.RealTime, new ReceivedRequest
            {
                Id = ++_lastId,
                Time = clock.RealTime.GetUtcNow(),
                Method = method,
                Path = path,
                Query = query,
            });
            _entries.Enqueue(entry);
            if (_entries.Count > MaxKept)
            {
                _entries.Dequeue();
                _dropped++;
            }

            return entry;
        }
    }

    /// <summary>Lists the requests that a filter lets through, the oldest first, each as it stands now.</summary>
    public IReadOnlyList<ReceivedRequest> Read(RequestFilter filter) => [.. Entries().Select(entry => entry.Request).Where(filter.Matches)];

    /// <summary>
    /// Waits a moment for requests whose answer is on its way, so that a test can read about every answer that its client has seen. It does
    /// not wait for those that take longer.
    /// </summary>
    public async Task SettleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await Task.WhenAll(Entries().Where(entry => entry.IsBeingAnswered).Select(entry => entry.Ended))
                .WaitAsync(Patience, clock.RealTime, cancellationToken);
        }
        catch (TimeoutException)
        {
            // A long download, or a slow client.
        }
    }

    /// <summary>Forgets all requests, also those that have not ended yet.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
            _dropped = 0;
        }
    }

    void IResettable.Reset() => Clear();

    private JournalEntry[] Entries()
    {
        lock (_lock)
            return [.. _entries];
    }
}
