using System.Globalization;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>A store's times: those of its metadata, in either spelling, else its folder's; the same at every request.</summary>
public sealed class StoreTimesTests : IDisposable
{
    private static readonly DateTime Old = new(2024, 2, 29, 23, 59, 58, DateTimeKind.Utc);

    private readonly StorageFolder _storage = new();

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"createdAt":"2025-01-01T12:00:00.123Z","modifiedAt":"2025-01-02T12:00:00.000Z","accessedAt":"2025-01-03T12:00:00.000Z"}""")]
    [InlineData("""{"created_at":"2025-01-01 12:00:00.123000+00:00","modified_at":"2025-01-02 14:00:00+02:00","accessed_at":"2025-01-03 12:00:00"}""")]
    public async Task The_metadata_tells_them_in_either_spelling(string metadata)
    {
        var folder = _storage.Store("my-store");
        folder.WriteMetadata(metadata);

        var store = await folder.FindAsync();

        Assert.Equal(Time("2025-01-01T12:00:00.123Z"), store.CreatedAt);
        Assert.Equal(Time("2025-01-02T12:00:00Z"), store.ModifiedAt);
        Assert.Equal(Time("2025-01-03T12:00:00Z"), store.AccessedAt);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{}")]
    [InlineData("""{"createdAt":"","modifiedAt":7,"accessedAt":"yesterday"}""")]
    public async Task Without_them_they_are_those_of_the_folder_however_often_it_is_read(string? metadata)
    {
        var folder = _storage.Store("my-store");
        if (metadata is not null)
            folder.WriteMetadata(metadata);
        folder.Write("a.json");
        Directory.SetLastWriteTimeUtc(folder.Path, Old);

        var first = await folder.FindAsync();
        await folder.RecordsAsync();
        var again = await folder.FindAsync();

        Assert.Equal((Old, Old, Old), (first.CreatedAt?.UtcDateTime, first.ModifiedAt?.UtcDateTime, first.AccessedAt?.UtcDateTime));
        Assert.Equal((first.CreatedAt, first.ModifiedAt, first.AccessedAt), (again.CreatedAt, again.ModifiedAt, again.AccessedAt));
    }

    [Fact]
    public async Task Stores_are_listed_the_oldest_first()
    {
        foreach (var (name, day) in new[] { ("a", 3), ("b", 1), ("c", 2) })
            _storage.Store(name).WriteMetadata($$"""{"createdAt":"2025-01-0{{day}}T12:00:00Z"}""");

        Assert.Equal(["b", "c", "a"], (await _storage.Open().ListAsync(Running)).Select(store => store.Name));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
