using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>Times that a file can have. What an archive cannot hold is clamped where the archive is made; here none may fail.</summary>
public sealed class TimesTests
{
    private const string Memory = "/dev/shm";

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1901)]
    [InlineData(1969)]
    [InlineData(1979)]
    [InlineData(2108)]
    [InlineData(2400)]
    public async Task A_time_that_no_archive_can_hold_is_given_as_it_is(int year)
    {
        using var storage = new StorageFolder();
        var time = new DateTime(year, 12, 31, 23, 59, 59, DateTimeKind.Utc);
        storage.Store("default").Write("a.json", lastWrite: time);

        Assert.Equal(time, (await LastModifiedAsync(storage)).UtcDateTime);
    }

    [Theory]
    [InlineData(253_402_300_800)]
    [InlineData(-62_135_596_801)]
    [InlineData(8_000_000_000_000)]
    public async Task A_time_that_the_runtime_cannot_hold_is_one_that_will_be_clamped(long unixSeconds)
    {
        Assert.SkipUnless(Directory.Exists(Memory), "Other file systems do not keep such times.");
        using var storage = new StorageFolder(Memory);
        Unix.SetLastWrite(storage.Store("default").Write("a.json"), unixSeconds);

        var time = await LastModifiedAsync(storage);

        Assert.True(time.Year is < 1980 or > 2107, $"It is {time:O}.");
    }

    [Fact]
    public async Task Of_two_files_with_times_that_the_runtime_cannot_hold_one_is_the_record()
    {
        Assert.SkipUnless(Directory.Exists(Memory), "Other file systems do not keep such times.");
        using var storage = new StorageFolder(Memory);
        var store = storage.Store("default");
        Unix.SetLastWrite(store.Write("a.json"), 253_402_300_800);
        Unix.SetLastWrite(store.Write("a.txt"), 253_402_300_800);

        Assert.Equal(["a"], await store.KeysAsync());
    }

    private static async Task<DateTimeOffset> LastModifiedAsync(StorageFolder storage)
    {
        await using var snapshot = await storage.Store("default").OpenSnapshotAsync();
        await using var content = await snapshot.OpenAsync(new RecordKey("a"), Running);
        return content!.LastModified;
    }
}
