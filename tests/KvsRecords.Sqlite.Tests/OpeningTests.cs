using KvsRecords.Storage;
using KvsRecords.StorageContract;

namespace KvsRecords.Sqlite.Tests;

public sealed class OpeningTests : IAsyncDisposable
{
    private readonly StorageInFolder _folder = new();

    [Fact]
    public async Task A_folder_that_is_in_use_is_refused_until_it_is_closed()
    {
        var store = await _folder.StoreAsync();

        var refused = Assert.Throws<StorageRefusedException>(_folder.OpenAnother);
        Assert.Contains("in use by another process", refused.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.Folder, refused.Message, StringComparison.Ordinal);
        await _folder.PutAsync(store, "still", [1]);

        await _folder.RestartAsync();
        Assert.Equal([1], await _folder.ValueAsync(store, "still"));
    }

    [Fact]
    public async Task A_database_of_a_newer_version_is_refused_and_left_as_it_was()
    {
        await _folder.PutAsync(await _folder.StoreAsync(), "a", Sample.Random(100_000));
        await _folder.Storage.DisposeAsync();
        _folder.Change("pragma user_version=3");
        var orphan = Path.Join(_folder.Folder, "bodies", "999");
        await File.WriteAllTextAsync(orphan, "of the newer version", StorageInFolder.Running);
        var before = Files();

        var refused = Assert.Throws<StorageRefusedException>(_folder.OpenAnother);

        Assert.Contains("newer version", refused.Message, StringComparison.Ordinal);
        Assert.Equal(before, Files());
        _folder.Change("pragma user_version=2");
        await _folder.RestartAsync();
    }

    [Fact]
    public async Task Files_that_no_record_names_are_removed_at_the_start()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", Sample.Random(100_000));
        var known = Assert.Single(_folder.BodyFiles);
        await _folder.Storage.DisposeAsync();
        foreach (var name in (string[])["999", known + ".new", "0" + known + "0"])
            await File.WriteAllTextAsync(Path.Join(_folder.Folder, "bodies", name), "left over", StorageInFolder.Running);

        await _folder.RestartAsync();

        Assert.Equal([known], _folder.BodyFiles);
        Assert.Equal(100_000, (await _folder.ValueAsync(store, "a"))?.Length);
    }

    [Fact]
    public async Task What_was_dead_when_the_program_ended_is_removed_at_the_next_start()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a", Sample.Random(100_000));
        await _folder.PutAsync(store, "b", [1]);
        var gone = await _folder.StoreAsync("gone");
        await _folder.PutAsync(gone, "a", Sample.Random(100_000));
        _ = await _folder.OpenAsync(store);
        _ = await _folder.OpenAsync(gone);
        await _folder.PutAsync(store, "a", [2]);
        await _folder.Storage.DeleteAsync(gone, StorageInFolder.Running);
        await _folder.Storage.SweptAsync();
        Assert.Equal(2, _folder.BodyFiles.Count());

        await _folder.RestartAsync();
        await _folder.Storage.SweptAsync();

        Assert.Empty(_folder.BodyFiles);
        Assert.Equal((2, 1), (_folder.RowsOf("records"), _folder.RowsOf("stores")));
        Assert.Equal([2], await _folder.ValueAsync(store, "a"));
    }

    [Fact]
    public async Task A_damaged_body_is_found_when_it_is_read()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "large", Sample.Random(100_000));
        await _folder.PutAsync(store, "short", Sample.Random(50_000));
        await _folder.PutAsync(store, "small", [1, 2, 3]);
        await _folder.PutAsync(store, "whole", [1]);
        await _folder.PutAsync(store, "gone", Sample.Random(60_000));
        await _folder.Storage.DisposeAsync();
        StorageInFolder.Damage(_folder.BodyOf(100_000), file => file.Write([0, 0, 0, 0]));
        StorageInFolder.Damage(_folder.BodyOf(50_000), file => file.SetLength(49_999));
        File.Delete(_folder.BodyOf(60_000));
        _folder.Change("update records set body = x'010204' where key = 'small'");
        await _folder.RestartAsync();

        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.ValueAsync(store, "large"));
        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.ValueAsync(store, "short"));
        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.ValueAsync(store, "small"));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _folder.ValueAsync(store, "gone"));
        await Assert.ThrowsAsync<FileNotFoundException>(() => _folder.Storage.OpenRecordAsync(store, new("gone"), StorageInFolder.Running).AsTask());
        Assert.Equal([1], await _folder.ValueAsync(store, "whole"));
    }

    [Fact]
    public async Task SQLite_finds_nothing_wrong_and_the_settings_are_those_promised()
    {
        var store = await _folder.StoreAsync();
        for (var i = 0; i < 50; i++)
            await _folder.PutAsync(store, "a", Sample.Random(i * 1_000));

        Assert.Equal("ok", _folder.Ask("pragma integrity_check"));
        Assert.Equal("wal", _folder.Ask("pragma journal_mode"));
        Assert.Equal("8192", _folder.Ask("pragma page_size"));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private List<(string Name, long Length, DateTime Written)> Files() =>
    [
        .. new DirectoryInfo(_folder.Folder).EnumerateFiles("*", SearchOption.AllDirectories)
            .Where(file => file.Name != "lock").OrderBy(file => file.FullName, StringComparer.Ordinal)
            .Select(file => (file.Name, file.Length, file.LastWriteTimeUtc)),
    ];
}
