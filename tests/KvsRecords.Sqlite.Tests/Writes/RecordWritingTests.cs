using System.Text;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

public sealed class RecordWritingTests : IAsyncDisposable
{
    private readonly StorageInFolder _folder = new();

    private static CancellationToken Running => StorageInFolder.Running;

    private SqliteStorage Storage => _folder.Storage;

    [Theory]
    [InlineData(16 * 1024, 0)]
    [InlineData((16 * 1024) + 1, 1)]
    [InlineData(3_000_000, 1)]
    public async Task Only_a_large_body_has_a_file_and_is_read_after_a_restart(int length, int files)
    {
        var value = Sample.Random(length);
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", value, "application/zip");

        Assert.Equal(files, _folder.BodyFiles.Count());
        await _folder.RestartAsync();

        Assert.Equal(files, _folder.BodyFiles.Count());
        Assert.Equal(value, await _folder.ValueAsync(store, "a"));
    }

    [Fact]
    public async Task What_is_long_but_compresses_well_has_no_file()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", Encoding.UTF8.GetBytes(new string('é', 200_000)));

        Assert.Empty(_folder.BodyFiles);
        Assert.Equal(400_000, (await _folder.ValueAsync(store, "a"))?.Length);
    }

    [Fact]
    public async Task Writes_that_come_together_share_commits()
    {
        await using var durable = new StorageInFolder(durable: true);
        var store = await durable.StoreAsync();
        var before = durable.Storage.Commits;

        await Task.WhenAll(Enumerable.Range(0, 500).Select(i => Task.Run(
            () => durable.PutAsync(store, Sample.NumberOf(i), [1, 2, 3]), Running)));

        Assert.InRange(durable.Storage.Commits - before, 1, 250);
        await using var snapshot = await durable.OpenAsync(store);
        Assert.Equal(500, (await snapshot.ContentsAsync(StorageInFolder.Running)).Count);
    }

    [Fact]
    public async Task The_version_of_a_snapshot_ends_with_the_revision_of_the_store()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", [1]);
        await _folder.Storage.DeleteAsync(store, new("a"), Running);

        await using var snapshot = await _folder.Storage.OpenCompressedSnapshotAsync(store, RecordFilter.Everything, Running);

        Assert.EndsWith("-2", (await snapshot!.ReadStateAsync(Running)).Version, StringComparison.Ordinal);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();
}
