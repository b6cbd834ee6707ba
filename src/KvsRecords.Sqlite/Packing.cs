using System.Text;
using System.Threading.Channels;
using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>
/// Packs small records after they were downloaded: whoever downloads them once does so again, and who only writes pays nothing.
/// </summary>
internal sealed class Packing : IAsyncDisposable
{
    // Where fewer are read one by one there is no millisecond to win.
    private const int WorthIt = 1_000;

    // What one write undoes, and about what the making of one takes of the memory.
    private const int PackSize = 768 * 1024;

    // A shorter one costs as much as the records that it replaces.
    private const int FewestRecords = 8;

    /// <summary>The longest packed bytes of a small record. To find and open its file is a small part of reading a longer one.</summary>
    public const int LongestBody = 64 * 1024;

    private readonly Packs _packs;
    private readonly WriteQueue _queue;
    private readonly Func<long, SqliteSnapshot?> _open;
    private readonly Channel<StoreTotals> _downloaded = Channel.CreateUnbounded<StoreTotals>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private int _waiting;

    public Packing(Packs packs, WriteQueue queue, Func<long, SqliteSnapshot?> open)
    {
        (_packs, _queue, _open) = (packs, queue, open);
        _running = Task.Run(RunAsync);
    }

    /// <summary>Whether everything is packed that was asked for.</summary>
    public bool IsDone => Volatile.Read(ref _waiting) == 0;

    /// <summary>A store was read at a revision, and so many of its records one by one.</summary>
    public void WasRead(StoreTotals totals, long oneByOne)
    {
        if (oneByOne < WorthIt)
            return;

        Interlocked.Increment(ref _waiting);
        if (!_downloaded.Writer.TryWrite(totals))
            Interlocked.Decrement(ref _waiting);
    }

    public async ValueTask DisposeAsync()
    {
        _downloaded.Writer.Complete();
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await foreach (var totals in _downloaded.Reader.ReadAllAsync())
        {
            try
            {
                if (!_stop.IsCancellationRequested)
                    await PackAsync(totals);
            }
            catch (Exception)
            {
                // No room, or a record that is damaged, which is told to whoever asks for it. Whatever it is, it must not end the packing
                // of everything else.
            }
            finally
            {
                Interlocked.Decrement(ref _waiting);
            }
        }
    }

    private async Task PackAsync(StoreTotals totals)
    {
        // Once for each state of a store, and not where somebody is writing.
        if (!_packs.Begin(totals))
            return;

        await using var snapshot = _open(totals.Store);
        if (snapshot?.Revision != totals.Revision)
            return;

        using var members = snapshot.ReadMembers(from: null, withBodies: true);
        var writer = new MemberPackWriter(PackSize + (2 * LongestBody));
        while (Fill(writer, members))
        {
            members.Pause();
            if (writer.Totals.Records >= FewestRecords && !await TrySaveAsync(writer, totals))
                return;
        }
    }

    // The next small records that follow each other; false: there are no more.
    private bool Fill(MemberPackWriter writer, IMemberReader members)
    {
        writer.Clear();
        while (!_stop.IsCancellationRequested && members.MoveNext())
        {
            if (!IsSmall(members))
                continue;

            do
                writer.Add(members);
            while (writer.Length < PackSize && members.MoveNext() && IsSmall(members));
            return true;
        }

        return false;
    }

    private async Task<bool> TrySaveAsync(MemberPackWriter writer, StoreTotals totals)
    {
        var pack = new Pack(
            totals.Store, KeyOf(writer.FirstKey), KeyOf(writer.LastKey), totals.Revision, writer.Totals, _packs.NewPath());
        var isAdded = false;
        try
        {
            await using (var file = File.Create(pack.Path))
                writer.WriteTo(file);

            // By the thread that writes, so that nothing changes between the look and the addition.
            return isAdded = await _queue.RunAsync(
                batch => batch.TotalsOf(totals.Store)?.Revision == totals.Revision && _packs.TryAdd(pack), waitForDisk: false, needsRoom: false);
        }
        finally
        {
            if (!isAdded)
            {
                _packs.Remove(pack);
                pack.Delete();
            }
        }
    }

    private static RecordKey KeyOf(ReadOnlySpan<byte> key) => new(Encoding.UTF8.GetString(key));

    private static bool IsSmall(IMemberReader members) =>
        members.Pack is null && MemberHeader.Lengths(members.Header) is { Packed: <= LongestBody };
}
