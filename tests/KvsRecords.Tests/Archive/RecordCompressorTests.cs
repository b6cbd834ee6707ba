using System.IO.Compression;
using System.IO.Hashing;
using CsCheck;
using KvsRecords.Archive;

namespace KvsRecords.Tests;

public sealed class RecordCompressorTests
{
    private const int MostInMemory = 16 * 1024;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public Task Any_value_is_unpacked_as_it_was_and_packed_is_never_longer() =>
        Gen.Select(Bodies.Any, Gen.OneOf(null, "image/png", "text/html")).SampleAsync(async (value, contentType) =>
        {
            var (record, compressed) = await CompressAsync(value, contentType, piece: int.MaxValue);

            Assert.Equal(Crc32.HashToUInt32(value), record.Crc32);
            Assert.Equal(value.Length, record.Length);
            Assert.Equal(compressed.Length, record.CompressedLength);
            Assert.True(record.Method == CompressionMethod.Stored ? compressed.Length == value.Length : compressed.Length < value.Length);
            Assert.Equal(value, Decompress(record, compressed));
        }, iter: 200, threads: 1);

    [Fact]
    public Task The_same_value_gives_the_same_bytes_however_it_is_cut() =>
        Gen.Select(Bodies.Any, Gen.OneOf(997, 4_096, 65_537)).SampleAsync(async (value, piece) =>
        {
            var (record, compressed) = await CompressAsync(value, null, int.MaxValue);
            var (other, otherPacked) = await CompressAsync(value, null, piece);

            Assert.Equal(record, other);
            Assert.Equal(compressed, otherPacked);
        }, iter: 100, threads: 1);

    [Fact]
    public async Task The_CRC_is_the_one_of_the_ZIP_format()
    {
        var (record, _) = await CompressAsync([.. "123456789"u8], null, int.MaxValue);

        Assert.Equal(0xCBF43926, record.Crc32);
    }

    [Fact]
    public async Task Nothing_is_stored()
    {
        var (record, compressed) = await CompressAsync([], "text/html", int.MaxValue);

        Assert.Equal(new CompressedEntry(0, 0, 0, CompressionMethod.Stored), record);
        Assert.Empty(compressed);
    }

    [Fact]
    public async Task What_is_compressed_already_is_stored_untried()
    {
        var (record, _) = await CompressAsync([.. Enumerable.Repeat((byte)0xFF, 100_000)], "video/mp4", int.MaxValue);

        Assert.Equal(CompressionMethod.Stored, record.Method);
    }

    [Fact]
    public async Task Where_deflating_lost_in_the_end_the_value_is_stored_and_the_first_file_is_closed()
    {
        // The text at its beginning decides; 16 MB of noise lose more by their frames (5 bytes for each block) than the text gains.
        byte[] value = [.. RandomBytes.Of(4096).Select(b => (byte)(b & 0x7F)), .. RandomBytes.Of(16_000_000)];
        var files = new List<WatchedFile>();

        using (var body = await Packer(files).CompressAsync(new MemoryStream(value), null, Running))
        {
            Assert.Equal(CompressionMethod.Stored, body.Record.Method);
            Assert.Equal(value, await BytesOfAsync(body));
            Assert.Equal([true, false], files.Select(file => file.IsClosed));
        }

        Assert.All(files, file => Assert.True(file.IsClosed));
    }

    [Theory]
    [InlineData(MostInMemory, false)]
    [InlineData(MostInMemory + 1, true)]
    public async Task Only_what_is_longer_than_the_limit_goes_to_a_file(int length, bool isFile)
    {
        using var body = await Packer([]).CompressAsync(new MemoryStream(RandomBytes.Of(length)), null, Running);

        Assert.Equal(isFile, body.File is not null);
        Assert.Equal(isFile ? 0 : length, body.Memory.Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(300_000)]
    public async Task A_value_that_fails_leaves_no_file_open(int failsAt)
    {
        var files = new List<WatchedFile>();
        var value = new PiecewiseStream(RandomBytes.Of(400_000), 1_000, failsAt, () => { });

        await Assert.ThrowsAsync<IOException>(() => Packer(files).CompressAsync(value, null, Running).AsTask());

        Assert.All(files, file => Assert.True(file.IsClosed));
    }

    [Fact]
    public Task Any_damaged_byte_is_found_before_the_last_byte_is_given() =>
        Gen.Select(Bodies.Any.Where(value => value.Length > 0), Gen.Int.NonNegative, Gen.Int[1, 255]).SampleAsync(async (value, at, by) =>
        {
            var (record, compressed) = await CompressAsync(value, null, int.MaxValue);
            compressed[at % compressed.Length] ^= (byte)by;
            var given = 0L;

            // In a deflated stream a few bits have no meaning, such as the padding behind the last block.
            if (record.Method == CompressionMethod.Deflated && MeansTheSame(compressed, value))
                return;

            Assert.Throws<InvalidDataException>(() => Decompress(record, compressed, read => given += read));
            Assert.True(given < value.Length);
        }, iter: 200, threads: 1);

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task Packed_bytes_of_another_length_are_damaged(int difference)
    {
        var (record, compressed) = await CompressAsync(Bodies.Text(5_000), null, int.MaxValue);
        Array.Resize(ref compressed, compressed.Length + difference);

        Assert.Throws<InvalidDataException>(() => Decompress(record, compressed));
        Assert.Throws<InvalidDataException>(() => Decompress(record with { CompressedLength = compressed.Length, Length = 4_999 }, compressed));
    }

    [Fact]
    public void A_CRC_of_nothing_is_checked_too() =>
        Assert.Throws<InvalidDataException>(() => Decompress(new CompressedEntry(1, 0, 0, CompressionMethod.Stored), []));

    private static RecordCompressor<WatchedFile> Packer(List<WatchedFile> files) => new(MostInMemory, () =>
    {
        var file = new WatchedFile();
        files.Add(file);
        return file;
    });

    private static async Task<(CompressedEntry Record, byte[] Compressed)> CompressAsync(byte[] value, string? contentType, int piece)
    {
        using var source = new PiecewiseStream(value, piece, int.MaxValue, () => { });
        using var body = await Packer([]).CompressAsync(source, contentType, Running);
        return (body.Record, await BytesOfAsync(body));
    }

    private static async Task<byte[]> BytesOfAsync(CompressedBody<WatchedFile> body)
    {
        if (body.File is not { } file)
            return body.Memory.ToArray();

        using var bytes = new MemoryStream();
        file.Position = 0;
        await file.CopyToAsync(bytes, Running);
        return bytes.ToArray();
    }

    private static byte[] Decompress(CompressedEntry record, byte[] compressed, Action<int>? given = null)
    {
        using var value = new MemoryStream();
        using var unpacked = new DecompressedStream(record, new MemoryStream(compressed));
        var buffer = new byte[8_191];
        while (unpacked.Read(buffer) is > 0 and var read)
        {
            given?.Invoke(read);
            value.Write(buffer, 0, read);
        }

        return value.ToArray();
    }

    private static bool MeansTheSame(byte[] compressed, byte[] value)
    {
        try
        {
            using var inflated = new MemoryStream();
            using var inflate = new DeflateStream(new MemoryStream(compressed), CompressionMode.Decompress);
            inflate.CopyTo(inflated);
            return inflated.ToArray().AsSpan().SequenceEqual(value);
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private sealed class WatchedFile : MemoryStream
    {
        public bool IsClosed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            IsClosed = true;
            base.Dispose(disposing);
        }
    }
}
