using KvsRecords.Archive;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Tests;

/// <summary>A short archive must never look whole.</summary>
public sealed class StreamedArchiveFaultTests
{
    private static readonly StoredRecord[] Records =
    [
        new("1 ěščř", Bodies.Text(70_000)) { Piece = 10_000 },
        new("2", RandomBytes.Of(140_000)),
        new("3/empty", []),
        new("4", RandomBytes.Of(5_000)),
        new("5 😀", Bodies.Text(200_000)),
        new("6", RandomBytes.Of(70_000)),
    ];

    public static TheoryData<int, int> PlacesToFail { get; } =
    [
        .. from record in Enumerable.Range(0, Records.Length)
           from offset in new[] { 0, 1, 4_095, 4_096, 4_097, 65_535, 65_536, 65_537, 131_072, 139_999 }
           where offset < Records[record].Body.Length
           select (record, offset),
    ];

    [Theory]
    [MemberData(nameof(PlacesToFail))]
    public async Task A_record_that_cannot_be_read_on_ends_the_archive_without_an_end_record(int record, int offset)
    {
        var snapshot = new RecordsInMemory(Records.Select((r, i) => i == record ? r with { FailsAt = offset } : r));

        var fault = await AssertBrokenAsync(snapshot, record);

        Assert.Contains($"'{Records[record].Key}'", fault.Message);
        Assert.Contains("on fire", fault.Message);
    }

    [Theory]
    [MemberData(nameof(PlacesToFail))]
    public async Task A_record_that_shrinks_while_it_is_read_ends_the_archive_without_an_end_record(int record, int offset)
    {
        var snapshot = new RecordsInMemory(
            Records.Select((r, i) => i == record ? r with { Body = r.Body[..offset], Length = r.Body.Length } : r));

        await AssertBrokenAsync(snapshot, record);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public async Task A_record_that_cannot_be_opened_ends_the_archive_without_an_end_record(int record)
    {
        var snapshot = new RecordsInMemory(Records)
        {
            BeforeOpening = index => index == record ? throw new UnauthorizedAccessException("Not for you.") : Task.CompletedTask,
        };

        var fault = await AssertBrokenAsync(snapshot, record);

        Assert.IsType<UnauthorizedAccessException>(fault.InnerException);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public async Task A_listing_that_fails_ends_the_archive_without_an_end_record(int keys) =>
        await AssertBrokenAsync(new RecordsInMemory(Records) { ListingFailsAfter = keys }, keys);

    [Theory]
    [InlineData(100)]
    [InlineData(StreamedArchive.MaxBufferedRecord)]
    public async Task A_long_record_that_fails_is_never_followed_by_anything(int offset)
    {
        var body = RandomBytes.Of(StreamedArchive.MaxBufferedRecord + 1);

        var (bytes, bytesSent, fault) = await Archived.TryAsync(
            new RecordsInMemory(new StoredRecord("1", [1]), new StoredRecord("2", body) { FailsAt = offset }, new StoredRecord("3", [3])));

        Assert.IsType<IOException>(fault);
        Assert.Equal(bytes.Length, bytesSent);
        Assert.False(ZipLayout.HasEndRecord(bytes));
        Assert.Equal(-1, bytes.AsSpan().IndexOf("PK\u0001\u0002"u8));
        Assert.InRange(bytes.Length, 1, offset + 100_000);
    }

    [Fact]
    public async Task Records_that_vanish_are_left_out()
    {
        var snapshot = new RecordsInMemory(Records.Select((record, i) => record with { HasVanished = i is 0 or 2 or 5 }));

        var layout = ZipLayout.Read(await Archived.OfAsync(snapshot));

        Assert.Equal(["2", "4", "5 😀"], layout.Members.Select(member => member.Name));
        Assert.Equal(Records[1].Body, layout.ContentOf(layout.Members[0]));
    }

    [Fact]
    public async Task When_every_record_vanishes_the_archive_is_empty()
    {
        var snapshot = new RecordsInMemory(Records.Select(record => record with { HasVanished = true }));

        Assert.Empty(ZipLayout.Read(await Archived.OfAsync(snapshot)).Members);
    }

    [Fact]
    public async Task What_a_record_gains_while_it_is_read_is_not_part_of_it()
    {
        var layout = ZipLayout.Read(await Archived.OfAsync(new RecordsInMemory(
            new StoredRecord("1", Bodies.Text(70_001)) { Length = 70_000 }, new StoredRecord("2", [1, 2, 3]) { Length = 0 })));

        Assert.Equal(Bodies.Text(70_001)[..70_000], layout.ContentOf(layout.Members[0]));
        Assert.Empty(layout.ContentOf(layout.Members[1]));
    }

    private static async Task<IOException> AssertBrokenAsync(RecordsInMemory snapshot, int failing)
    {
        var whole = await Archived.OfAsync(new RecordsInMemory(Records));
        var complete = ZipLayout.Read(whole).Members[failing].Offset;

        var (bytes, bytesSent, fault) = await Archived.TryAsync(snapshot);

        var error = Assert.IsAssignableFrom<IOException>(fault);
        Assert.False(ZipLayout.HasEndRecord(bytes));
        Assert.True(whole.AsSpan().StartsWith(bytes), "what was sent is the beginning of the archive");
        Assert.InRange(bytes.Length, 0, complete);
        Assert.Equal(failing == 0, bytes.Length == 0);
        Assert.Equal(bytes.Length, bytesSent);
        Assert.Equal(0, snapshot.Open);
        return error;
    }
}
