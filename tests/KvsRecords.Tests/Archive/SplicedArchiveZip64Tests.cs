using System.IO.Compression;
using KvsRecords.Archive;
using KvsRecords.Storage;

namespace KvsRecords.Tests;

/// <summary>
/// The borders at which ZIP64 begins: by the number of records, by a record's length, by where something stands. Archives of several
/// GiB are not made for it: they are read where a reader looks.
/// </summary>
public sealed class SplicedArchiveZip64Tests
{
    private const long Limit = uint.MaxValue;

    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(65_534, false)]
    [InlineData(65_535, true)]
    [InlineData(65_536, true)]
    public async Task By_the_number_of_records(int count, bool isZip64)
    {
        var snapshot = new EntriesInMemory(Enumerable.Range(0, count).Select(i => Empty($"{i:D5}")));

        var bytes = await Spliced.OfAsync(snapshot);

        Assert.Equal((await SplicedArchive.LayOutAsync(snapshot, Cancellation)).Length, bytes.Length);
        Assert.Equal(isZip64, bytes.AsSpan(bytes.Length - 42).StartsWith("PK\x06\x07"u8));
        using var zip = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal(snapshot.Entries.Select(entry => entry.Key), zip.Entries.Select(entry => entry.FullName));
        await using var last = await zip.Entries[^1].OpenAsync(Cancellation);
        Assert.Equal(-1, last.ReadByte());
    }

    [Theory]
    [InlineData(Limit - 1, 0)]
    [InlineData(Limit, 20)]
    [InlineData(Limit + 1, 20)]
    public async Task By_the_length_of_a_record(long length, int extra)
    {
        // The compressed bytes are few: what is tested is what the headers say of the value.
        var long_ = Empty("b") with { Record = new CompressedEntry(1, length, 5, CompressionMethod.Deflated), Body = new byte[5] };
        var snapshot = new EntriesInMemory([Empty("a"), long_, Empty("c")]);

        var bytes = await Spliced.OfAsync(snapshot);

        Assert.Equal((await SplicedArchive.LayOutAsync(snapshot, Cancellation)).Length, bytes.Length);
        var local = bytes.AsSpan(31);
        Assert.True(local.StartsWith("PK\x03\x04"u8));
        Assert.Equal(extra == 0 ? 20 : 45, BitConverter.ToUInt16(local[4..]));
        Assert.Equal(extra, BitConverter.ToUInt16(local[28..]));
        using var zip = new ZipArchive(new MemoryStream(bytes));
        Assert.Equal([0, length, 0], zip.Entries.Select(entry => entry.Length));
        Assert.Equal([0, 5, 0], zip.Entries.Select(entry => entry.CompressedLength));

        // Only the length is masked in the central directory: the compressed length fits.
        Assert.Equal(extra == 0 ? 0 : 12, BitConverter.ToUInt16(bytes.AsSpan(CentralHeader(bytes, 1) + 30)));
    }

    [Theory]
    [InlineData(Limit - 1, 0, 0)]
    [InlineData(Limit, 20, 20)]
    [InlineData(Limit + 1, 20, 20)]
    public async Task By_the_packed_length_of_a_record(long length, int localExtra, int centralExtra)
    {
        using var file = SparseFile.Create(length);
        var snapshot = new EntriesInMemory([Empty("a") with { Record = new CompressedEntry(0, length, length, CompressionMethod.Stored), File = file.Path }]);

        await AssertReadAsync(snapshot, [length], centralExtra);
        Assert.Equal(localExtra, BitConverter.ToUInt16(await ReadAsync(snapshot, 28, 2)));
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 12)]
    [InlineData(1, 12)]
    public async Task By_where_a_record_stands(int difference, int extra)
    {
        // The second entry begins at the limit, give or take one: the first has a header of 31 bytes.
        var length = Limit + difference - 31;
        using var file = SparseFile.Create(length);
        var snapshot = new EntriesInMemory(
            [Empty("a") with { Record = new CompressedEntry(0, length, length, CompressionMethod.Stored), File = file.Path }, Empty("b")]);

        await AssertReadAsync(snapshot, [length, 0], extra);
    }

    private static async Task AssertReadAsync(EntriesInMemory snapshot, long[] lengths, int lastCentralExtra)
    {
        var archive = await SplicedArchive.LayOutAsync(snapshot, Cancellation);
        await using var stream = new SoughtStream(snapshot, archive.Length);
        await using var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: true, null, Cancellation);
        Assert.Equal(lengths, zip.Entries.Select(entry => entry.Length));
        Assert.Equal(snapshot.Entries.Select(entry => entry.Key), zip.Entries.Select(entry => entry.FullName));
        await using (var last = await zip.Entries[^1].OpenAsync(Cancellation))
            Assert.Equal(lengths[^1] == 0 ? -1 : 0, last.ReadByte());

        var end = await ReadAsync(snapshot, archive.Length - 1000 < 0 ? 0 : archive.Length - 300, 300);
        Assert.Equal(lastCentralExtra, BitConverter.ToUInt16(end.AsSpan(end.AsSpan().LastIndexOf("PK\x01\x02"u8) + 30)));
    }

    private static async Task<byte[]> ReadAsync(ICompressedSnapshot snapshot, long from, int count)
    {
        await using var stream = new SplicedStream(await SplicedArchive.LayOutAsync(snapshot, Cancellation)) { Position = from };
        var bytes = new byte[count];
        await stream.ReadAtLeastAsync(bytes, count, throwOnEndOfStream: false, Cancellation);
        return bytes;
    }

    private static int CentralHeader(byte[] bytes, int index)
    {
        var position = 0;
        for (var i = 0; i <= index; i++)
            position += bytes.AsSpan(position + 1).IndexOf("PK\x01\x02"u8) + 1;
        return position;
    }

    private static EntryInMemory Empty(string key) => new(key, new CompressedEntry(0, 0, 0, CompressionMethod.Stored), 0, []);

    /// <summary>An archive of any size, made again from wherever it is read.</summary>
    private sealed class SoughtStream(ICompressedSnapshot snapshot, long length) : ReadOnlyStream
    {
        public override bool CanSeek => true;

        public override long Length => length;

        public override long Position { get; set; }

        public override int Read(Span<byte> buffer)
        {
            var bytes = new byte[buffer.Length];
            var read = ReadAsync(bytes).AsTask().GetAwaiter().GetResult();
            bytes.AsSpan(0, read).CopyTo(buffer);
            return read;
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await using var stream = new SplicedStream(await SplicedArchive.LayOutAsync(snapshot, Cancellation)) { Position = Position };
            var read = await stream.ReadAsync(buffer, cancellationToken);
            Position += read;
            return read;
        }

        public override long Seek(long offset, SeekOrigin origin) => Position = PositionOf(offset, origin);
    }

    /// <summary>A file that has a length and takes no room.</summary>
    private sealed class SparseFile : IDisposable
    {
        private SparseFile(string path) => Path = path;

        public string Path { get; }

        public static SparseFile Create(long length)
        {
            var path = System.IO.Path.GetTempFileName();
            using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
            file.SetLength(length);
            return new SparseFile(path);
        }

        public void Dispose() => File.Delete(Path);
    }
}
