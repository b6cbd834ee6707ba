using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Server.Commands;

/// <summary>A packed snapshot that says how many members have been read with their bodies.</summary>
internal sealed class CountedMembers(IPackedSnapshot snapshot, Action<long> report) : IPackedSnapshot
{
    public PackedTotals Totals => snapshot.Totals;

    public string Version => snapshot.Version;

    public DateTimeOffset LastModified => snapshot.LastModified;

    public IMemberReader ReadMembers(string? from, bool withBodies) =>
        withBodies ? new Reader(snapshot.ReadMembers(from, withBodies), report) : snapshot.ReadMembers(from, withBodies);

    public IAsyncEnumerable<RecordKey> ReadKeysAsync(CancellationToken cancellationToken) => snapshot.ReadKeysAsync(cancellationToken);

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken) => snapshot.OpenAsync(key, cancellationToken);

    public ValueTask DisposeAsync() => snapshot.DisposeAsync();

    private sealed class Reader(IMemberReader members, Action<long> report) : IMemberReader
    {
        private long _read;

        public ReadOnlySpan<byte> Key => members.Key;

        public ReadOnlySpan<byte> Header => members.Header;

        public PackedRecord Record => members.Record;

        public ReadOnlySpan<byte> Body => members.Body;

        public bool IsInFile => members.IsInFile;

        public SafeFileHandle OpenFile() => members.OpenFile();

        public bool MoveNext()
        {
            if (!members.MoveNext())
                return false;

            report(++_read);
            return true;
        }

        public void Pause() => members.Pause();

        public void Dispose() => members.Dispose();
    }
}
