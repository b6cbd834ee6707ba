using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using CsCheck;
using KvsRecords.Archive;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Tests;

public sealed class StreamedArchiveLayoutTests
{
    private const int Stored = 0;
    private const int Deflated = 8;
    private const int MadeByUnix = 3;

    [Fact]
    public async Task The_layout_is_one_that_every_reader_reads_and_the_records_are_all_there() =>
        await Bodies.AnyStore.SampleAsync(async records =>
        {
            var snapshot = new RecordsInMemory(records);

            var layout = ZipLayout.Read(await Archived.OfAsync(snapshot));

            Assert.Equal(snapshot.Records.Select(record => record.Key), layout.Members.Select(member => member.Name));
            Assert.False(layout.IsZip64);
            foreach (var (record, member) in snapshot.Records.Zip(layout.Members))
            {
                Assert.Equal(record.Body, layout.ContentOf(member));
                Assert.Equal(record.Expected.DosTime, member.DosTime);
                AssertReadableByAll(member);
            }
        }, iter: 200);

    private static void AssertReadableByAll(ZipMember member)
    {
        var isAscii = Ascii.IsValid(Encoding.UTF8.GetBytes(member.Name));
        Assert.False(member.HasDataDescriptor);
        Assert.Equal(isAscii ? 0 : 0x0800, member.Flags);
        Assert.Equal((0, 0), (member.LocalExtraLength, member.CentralExtraLength));
        Assert.InRange(member.VersionNeeded, 10, 20);
        Assert.Equal(MadeByUnix, member.MadeBy >> 8);
        Assert.Equal(Convert.ToUInt32("100644", 8) << 16, member.ExternalAttributes);
        Assert.True(member.Length > 0 || member.Method == Stored, "an empty record is stored");
        Assert.InRange(member.CompressedLength, 0, member.Length + 64);
    }

    [Fact]
    public async Task Text_is_deflated_and_what_is_compressed_already_is_stored()
    {
        var layout = ZipLayout.Read(await Archived.OfAsync(new RecordsInMemory(
            new StoredRecord("1 text", Bodies.Text(70_000)),
            new StoredRecord("2 random", RandomBytes.Of(70_000)),
            new StoredRecord("3 photo", [.. Enumerable.Repeat((byte)0xFF, 5_000), .. RandomBytes.Of(70_000)]) { ContentType = "image/jpeg" },
            new StoredRecord("4 empty", []) { ContentType = "text/plain" })));

        Assert.Equal([Deflated, Stored, Stored, Stored], layout.Members.Select(member => member.Method));
        Assert.InRange(layout.Members[0].CompressedLength, 1, 30_000);
        Assert.Equal(70_000, layout.Members[1].CompressedLength);
    }

    [Fact]
    public async Task Records_stand_in_the_order_of_the_bytes_of_their_keys()
    {
        string[] keys = ["é", "\uFFFF", "😀", "Z", "a!", "a", "e\u0301", "a/b", "\uE000", "10", "9", "~"];

        var layout = ZipLayout.Read(await Archived.OfAsync(new RecordsInMemory(keys.Select(key => new StoredRecord(key, [1])))));

        Assert.Equal(
            ["10", "9", "Z", "a", "a!", "a/b", "e\u0301", "~", "é", "\uE000", "\uFFFF", "😀"],
            layout.Members.Select(member => member.Name));
    }

    [Fact]
    public async Task A_store_without_records_is_an_empty_archive_and_nothing_else() =>
        Assert.Equal([0x50, 0x4B, 5, 6, .. new byte[18]], await Archived.OfAsync(new RecordsInMemory()));

    [Theory]
    [InlineData("1979-12-31T23:59:59.9999999Z", "1980-01-01T00:00:00")]
    [InlineData("1980-01-01T00:00:00+01:00", "1980-01-01T00:00:00")]
    [InlineData("1980-01-01T00:00:01.9Z", "1980-01-01T00:00:00")]
    [InlineData("1980-01-01T00:00:02Z", "1980-01-01T00:00:02")]
    [InlineData("0001-01-01T00:00:00Z", "1980-01-01T00:00:00")]
    [InlineData("2026-03-29T02:30:59+02:00", "2026-03-29T00:30:58")]
    [InlineData("2026-10-25T02:30:00-11:30", "2026-10-25T14:00:00")]
    [InlineData("2024-02-29T23:59:59Z", "2024-02-29T23:59:58")]
    [InlineData("2107-12-31T23:59:59.9999999Z", "2107-12-31T23:59:58")]
    [InlineData("2108-01-01T00:30:00+01:00", "2107-12-31T23:30:00")]
    [InlineData("2107-12-31T23:30:00-01:00", "2107-12-31T23:59:58")]
    [InlineData("9999-12-31T23:59:59Z", "2107-12-31T23:59:58")]
    public async Task The_time_is_in_UTC_as_far_as_a_DOS_date_can_hold_it(string lastModified, string expected)
    {
        var record = new StoredRecord("a", [1]) { LastModified = DateTimeOffset.Parse(lastModified, null) };

        var layout = ZipLayout.Read(await Archived.OfAsync(new RecordsInMemory(record)));

        Assert.Equal(DateTime.Parse(expected, null), Assert.Single(layout.Members).DosTime);
    }

    [Fact]
    public async Task The_number_of_records_is_returned_and_all_bytes_are_counted()
    {
        var output = new MemoryStream();
        var pipe = PipeWriter.Create(output);
        var archive = new StreamedArchive(pipe);

        var records = await archive.WriteAsync(
            new RecordsInMemory(
                new StoredRecord("ě", RandomBytes.Of(100_000)),
                new StoredRecord("gone", []) { HasVanished = true },
                new StoredRecord("a", [])),
            TestContext.Current.CancellationToken);

        Assert.Equal(2, records);
        Assert.Equal(output.Length, archive.BytesSent);
    }

    [Fact]
    public async Task The_output_is_flushed_to_its_end_and_left_open()
    {
        var pipe = new Pipe();

        await new StreamedArchive(pipe.Writer)
            .WriteAsync(new RecordsInMemory(new StoredRecord("a", [1])), TestContext.Current.CancellationToken);

        Assert.True(pipe.Reader.TryRead(out var read));
        Assert.Equal("a", Assert.Single(ZipLayout.Read(read.Buffer.ToArray()).Members).Name);
        Assert.False(read.IsCompleted);
    }
}
