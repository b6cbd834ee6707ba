using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Tests;

/// <summary>A packed snapshot in memory, which overwrites what it gave as soon as that is not good any more.</summary>
internal sealed class MembersInMemory : IPackedSnapshot
{
    private readonly List<PackedMember> _members;

    public MembersInMemory(IEnumerable<PackedMember> members)
    {
        _members = [.. members];
        _members.Sort((one, other) => one.KeyBytes.AsSpan().SequenceCompareTo(other.KeyBytes));
    }

    public IReadOnlyList<PackedMember> Members => _members;

    /// <summary>How often bodies were asked for.</summary>
    public int BodiesRead { get; private set; }

    /// <summary>How many readers are in the way of somebody at this moment.</summary>
    public int Busy { get; private set; }

    public PackedTotals Totals => new(
        _members.Count,
        _members.Sum(member => (long)member.KeyBytes.Length),
        _members.Sum(member => member.Record.PackedLength),
        _members.Sum(member => member.Record.Length));

    public string Version => "1";

    public DateTimeOffset LastModified => DateTimeOffset.UnixEpoch;

    public IMemberReader ReadMembers(string? from, bool withBodies) =>
        new Reader(this, from is null ? 0 : _members.FindIndex(member => member.Key == from), withBodies);

    public IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken) =>
        _members.Select(member => new RecordKey(member.Key)).ToAsyncEnumerable();

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private sealed class Reader(MembersInMemory snapshot, int next, bool withBodies) : IMemberReader
    {
        private readonly byte[] _key = new byte[70_000];
        private byte[] _body = [];
        private int _keyLength;
        private bool _isBusy;

        public ReadOnlySpan<byte> Key => _key.AsSpan(0, _keyLength);

        public PackedRecord Record => Current.Record;

        public ReadOnlySpan<byte> Header => MemberHeader.Create(Current.KeyBytes, Current.Record, Current.Modified);

        public ReadOnlySpan<byte> Body => withBodies ? _body : throw new InvalidOperationException("Nobody asked for bodies.");

        public bool IsInFile => Current.File is not null || Current.Body.Length > IMemberReader.LongestBody;

        private PackedMember Current => snapshot._members[next - 1];

        public SafeFileHandle OpenFile()
        {
            if (Current.File is not null)
                return File.OpenHandle(Current.File);

            var path = Path.Join(Path.GetTempPath(), Path.GetRandomFileName());
            var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, options: FileOptions.DeleteOnClose);
            RandomAccess.Write(file, Current.Body, 0);
            return file;
        }

        public bool MoveNext()
        {
            Forget();
            if (next == snapshot._members.Count)
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
