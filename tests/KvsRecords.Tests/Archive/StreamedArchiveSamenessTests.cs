using System.Globalization;

namespace KvsRecords.Tests;

/// <summary>The same records always give the same bytes. Not run beside other tests, since one changes the time zone.</summary>
[Collection(nameof(StreamedArchiveSamenessTests))]
[CollectionDefinition(nameof(StreamedArchiveSamenessTests), DisableParallelization = true)]
public sealed class StreamedArchiveSamenessTests
{
    private static readonly StoredRecord[] Records =
    [
        new("I/ı/İ", Bodies.Text(70_000)) { LastModified = new(2026, 7, 1, 0, 30, 1, TimeSpan.FromHours(-9.5)) },
        new("ěščř.json", Bodies.Text(200_000)) { ContentType = "APPLICATION/JSON" },
        new("img.gif", RandomBytes.Of(300_000)) { ContentType = "image/gif" },
        new("😀", [.. Bodies.Text(60_000), .. RandomBytes.Of(60_000)]) { LastModified = new(1979, 12, 31, 20, 0, 0, TimeSpan.FromHours(-5)) },
        new("half an hour before the summer", [1]) { LastModified = new(2026, 3, 29, 0, 30, 0, TimeSpan.Zero) },
        new("empty", []),
    ];

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("ar-SA")]
    [InlineData("fa-IR")]
    [InlineData("th-TH")]
    public async Task In_every_culture(string name)
    {
        var expected = await Archived.OfAsync(new RecordsInMemory(Records));

        var inThatCulture = await Task.Run(() =>
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(name);
            return Archived.OfAsync(new RecordsInMemory(Records));
        });

        Assert.Equal(expected, inThatCulture);
    }

    [Theory]
    [InlineData("Asia/Kathmandu")]
    [InlineData("America/St_Johns")]
    [InlineData("Pacific/Kiritimati")]
    [InlineData("Europe/Prague")]
    public async Task In_every_time_zone(string zone)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows takes its time zone from elsewhere.");
        var expected = await Archived.OfAsync(new RecordsInMemory(Records));
        var before = Environment.GetEnvironmentVariable("TZ");
        try
        {
            Environment.SetEnvironmentVariable("TZ", zone);
            TimeZoneInfo.ClearCachedData();
            Assert.Equal(zone, TimeZoneInfo.Local.Id);

            Assert.Equal(expected, await Archived.OfAsync(new RecordsInMemory(Records)));
        }
        finally
        {
            Environment.SetEnvironmentVariable("TZ", before);
            TimeZoneInfo.ClearCachedData();
        }
    }

    [Fact]
    public async Task On_many_threads_at_once()
    {
        var expected = await Archived.OfAsync(new RecordsInMemory(Records));

        var archives = await Task.WhenAll(
            Enumerable.Range(0, 32).Select(_ => Task.Run(() => Archived.OfAsync(new RecordsInMemory(Records)))));

        Assert.All(archives, archive => Assert.Equal(expected, archive));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(777)]
    [InlineData(4_097)]
    [InlineData(65_536)]
    [InlineData(100_000)]
    public async Task However_the_source_cuts_them_into_pieces(int piece)
    {
        var expected = await Archived.OfAsync(new RecordsInMemory(Records));

        Assert.Equal(expected, await Archived.OfAsync(new RecordsInMemory(Records.Select(record => record with { Piece = piece }))));
    }

    [Fact]
    public async Task In_whatever_order_they_were_made()
    {
        var expected = await Archived.OfAsync(new RecordsInMemory(Records));

        Assert.Equal(expected, await Archived.OfAsync(new RecordsInMemory(Records.Reverse())));
    }
}
