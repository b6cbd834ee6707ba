using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Tests;

/// <summary>A compressed snapshot in memory, which overwrites what it gave as soon as that is not good any more.</summary>
internal sealed class EntriesInMemory : ICompressedSnapshot
{
    private readonly List<EntryInMemory> _entries;

    public EntriesInMemory(IEnumerable<EntryInMemory> entries)
    {
        _entries = [.. entries];
        _entries.Sort((one, other) => one.KeyBytes.AsSpan().SequenceCompareTo(other.KeyBytes));
    }

    public IReadOnlyList<EntryInMemory> Entries => _entries;

    /// <summary>How often bodies were asked for.</summary>
    public int BodiesRead { get; private set; }

    /// <summary>How many readers hold the source at this moment.</summary>
    public int Busy { get; private set; }

    public EntryTotals Totals => new(
        _entries.Count,
        _entries.Sum(entry => (long)entry.KeyBytes.Length),
        _entries.Sum(entry => entry.Record.CompressedLength),
        _entries.Sum(entry => entry.Record.Length));

    public ValueTask<SnapshotState> ReadStateAsync(CancellationToken cancellationToken) =>
        new(new SnapshotState("1", DateTimeOffset.UnixEpoch, Totals.ValueBytes));

    public IEntryHeaders ReadHeaders() => new Reader(this, 0, withBodies: false);

    public ICompressedEntries ReadEntries(string? from) =>
        new Reader(this, from is null ? 0 : _entries.FindIndex(entry => entry.Key == from), withBodies: true);

    public IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken) =>
        _entries.Select(entry => new RecordKey(entry.Key)).ToAsyncEnumerable();

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Reader(EntriesInMemory snapshot, int next, bool withBodies) : ICompressedEntries
    {
        private const int PageSize = 7;
        private const int MostOfABody = 100_000;

        private readonly byte[] _key = new byte[70_000];
        private byte[] _body = [];
        private int _keyLength;
        private bool _isBusy;
        private int _pageEnd;

        public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

        public EntryLengths Lengths => Current.Record.Lengths;

        public ReadOnlySpan<byte> Header => EntryHeader.Create(Current.KeyBytes, Current.Record, Current.Modified);

        public ReadOnlySpan<byte> Body => _body;

        public bool IsInline => Current.File is null && Current.Body.Length <= ICompressedEntries.MaxInlineBody;

        private EntryInMemory Current => snapshot._entries[next - 1];

        // Never all that is asked for, and each time after a wait.
        public async ValueTask<int> ReadBodyAsync(long offset, Memory<byte> buffer, CancellationToken cancellationToken)
        {
            await Task.Yield();
            var length = Current.File is { } named ? new FileInfo(named).Length : Current.Body.Length;
            if (length != Current.Record.CompressedLength)
                throw new InvalidDataException("The body is not as long as it was.");

            var most = buffer[..Math.Min(buffer.Length, MostOfABody)];
            if (Current.File is { } path)
            {
                using var file = File.OpenHandle(path);
                return RandomAccess.Read(file, most.Span, offset);
            }

            var piece = Current.Body.AsMemory((int)offset);
            piece = piece[..Math.Min(piece.Length, most.Length)];
            piece.CopyTo(most);
            return piece.Length;
        }

        public async ValueTask<bool> LoadAsync(CancellationToken cancellationToken)
        {
            Forget();
            if (next == snapshot._entries.Count)
                return false;

            await Task.Yield();
            _pageEnd = Math.Min(next + PageSize, snapshot._entries.Count);
            return true;
        }

        public bool MoveNext()
        {
            Forget();
            if (next == _pageEnd)
            {
                Pause();
                return false;
            }

            if (!_isBusy)
                snapshot.Busy++;
            _isBusy = true;
            next++;
            _keyLength = Current.KeyBytes.Length;
            Current.KeyBytes.CopyTo(_key, 0);
            if (withBodies)
            {
                snapshot.BodiesRead++;
                _body = [.. Current.Body];
            }

            return true;
        }

        public void Pause()
        {
            Forget();
            if (_isBusy)
                snapshot.Busy--;
            _isBusy = false;
        }

        public void Dispose() => Pause();

        private void Forget()
        {
            _key.AsSpan().Fill((byte)'?');
            _body.AsSpan().Fill((byte)'?');
        }
    }
}
