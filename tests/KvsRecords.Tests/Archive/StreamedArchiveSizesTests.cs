using System.Globalization;
using KvsRecords.Archive;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Tests;

/// <summary>Where the form of an archive changes with its size.</summary>
public sealed class StreamedArchiveSizesTests(TemporaryFolder folder) : IClassFixture<TemporaryFolder>
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_longest_record_that_is_held_has_no_data_descriptor_and_a_longer_one_has()
    {
        var longest = RandomBytes.Of(StreamedArchive.MaxBufferedRecord);
        var store = new RecordsInMemory(
            new StoredRecord("1 ěščř", Bodies.Text(100_000)),
            new StoredRecord("2 the longest", longest),
            new StoredRecord("3 one byte more", [.. longest, 1]) { ContentType = "image/png" },
            new StoredRecord("4 text", Bodies.Text(StreamedArchive.MaxBufferedRecord + 100_000)),
            new StoredRecord("5 after", RandomBytes.Of(70_000)),
            new StoredRecord("6 empty", []));

        var archive = await Archived.OfAsync(store);

        var layout = ZipLayout.Read(archive);
        Assert.Equal([false, false, true, true, false, false], layout.Members.Select(member => member.HasDataDescriptor));
        Assert.Equal([8, 0, 8, 8, 0, 0], layout.Members.Select(member => member.Method));
        Assert.All(layout.Members, member => Assert.InRange(member.VersionNeeded, 10, 20));
        Assert.All(
            store.Records.Zip(layout.Members),
            pair => Assert.True(pair.First.Body.AsSpan().SequenceEqual(layout.ContentOf(pair.Second)), pair.First.Key));
        await AssertReadByAllAsync(archive, store);
    }

    [Fact]
    public async Task A_single_long_record_is_read_by_all()
    {
        var store = new RecordsInMemory(new StoredRecord("😀", new byte[StreamedArchive.MaxBufferedRecord + 1]) { Piece = 100_000 });

        var archive = await Archived.OfAsync(store);

        Assert.True(Assert.Single(ZipLayout.Read(archive).Members).HasDataDescriptor);
        await AssertReadByAllAsync(archive, store);
    }

    [Fact]
    public async Task Seventy_thousand_records_are_read_by_all()
    {
        var store = Numbered(70_000, i => [(byte)i]);

        var archive = await Archived.OfAsync(store);

        var layout = ZipLayout.Read(archive);
        Assert.True(layout.IsZip64);
        Assert.Equal(70_000, layout.Members.Count);
        Assert.All(layout.Members, member => Assert.Equal(
            (0, 0, false), (member.LocalExtraLength, member.CentralExtraLength, member.HasDataDescriptor)));
        await AssertReadByAllAsync(archive, store);
    }

    [Theory]
    [InlineData(65_534, false)]
    [InlineData(65_535, true)]
    public async Task ZIP64_begins_where_the_ordinary_end_record_has_no_room_for_the_count(int count, bool isZip64)
    {
        var store = Numbered(count, _ => []);

        Assert.Equal(isZip64, ZipLayout.Read(await Archived.OfAsync(store)).IsZip64);
    }

    private static RecordsInMemory Numbered(int count, Func<int, byte[]> body) =>
        new(Enumerable.Range(0, count).Select(i => new StoredRecord(i.ToString("D5", CultureInfo.InvariantCulture), body(i))));

    private async Task AssertReadByAllAsync(byte[] archive, RecordsInMemory store)
    {
        var path = await folder.SaveAsync(archive);
        var expected = store.Records.Select(record => record.Expected).ToList();

        Assert.Equal(expected, (await Required.OnCi(new PythonZipFile()).ReadAsync(path, Cancellation)).Select(entry => entry.Read));
        Assert.Equal(expected, await Required.OnCi(new JavaZipInputStream()).ReadAsync(path, Cancellation));
        var (exitCode, output) = await Required.OnCi(new InfoZip()).TestAsync(path, Cancellation);
        Assert.True(exitCode == 0, output);
    }
}
