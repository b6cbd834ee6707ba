using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>A folder that others write to, rename in and delete from while it is read.</summary>
public sealed class LiveFolderTests : IDisposable
{
    // More than anything reads ahead.
    private const int Long = 1_000_000;

    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public LiveFolderTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_record_written_a_moment_ago_is_in_the_next_archive()
    {
        var stores = _storage.Open();
        var store = await _store.FindAsync();
        Assert.Empty(await stores.KeysAsync(store, null, Running));

        _store.Write("a.json");
        Assert.Equal(["a"], await stores.KeysAsync(store, null, Running));

        _store.WriteEncoded("b/c");
        Assert.Equal(["b/c"], await stores.KeysAsync(store, null, Running));
    }

    [Fact]
    public async Task A_value_is_the_one_of_the_moment_of_opening()
    {
        _store.Write("a.json", "old");
        await using var snapshot = await _store.OpenSnapshotAsync();

        _store.Write("a.json", "newer and longer");

        Assert.Equal("newer and longer"u8.ToArray(), await snapshot.ValueAsync("a", Running));
    }

    [Fact]
    public async Task A_record_that_a_crawler_replaces_while_it_is_read_is_read_to_its_old_end()
    {
        _store.Write("a.json", new string('o', Long));
        await using var snapshot = await _store.OpenSnapshotAsync();
        await using var content = await OpenAsync(snapshot, "a");
        await content.ReadAsync(new byte[1], Running);

        File.Move(_store.Write("a.json.x1y2.tmp", "new"), _store.PathOf("a.json"), overwrite: true);

        Assert.Equal(Long - 1, (await content.ValueAsync(Running)).Count(b => b == 'o'));
        Assert.Equal("new"u8.ToArray(), await snapshot.ValueAsync("a", Running));
    }

    [Fact]
    public async Task A_record_that_disappears_between_listing_and_opening_is_left_out_without_a_warning()
    {
        var deleted = _store.WriteEncoded("a");
        _store.WriteEncoded("b");
        await using var snapshot = await _store.OpenSnapshotAsync();

        File.Delete(deleted);

        Assert.Null(await snapshot.ValueAsync("a", Running));
        Assert.NotNull(await snapshot.ValueAsync("b", Running));
        Assert.Equal(0, _storage.Events.Count);
    }

    [Fact]
    public async Task A_store_that_is_removed_or_renamed_while_it_is_read_breaks_the_archive()
    {
        _store.Write("a.json");
        await using var snapshot = await _store.OpenSnapshotAsync();

        Directory.Delete(_store.Path, recursive: true);
        await Assert.ThrowsAsync<IOException>(() => snapshot.ValueAsync("a", Running));

        File.WriteAllText(_store.Path, "a file in its place");
        await Assert.ThrowsAsync<IOException>(() => snapshot.ValueAsync("a", Running));
    }

    [Fact]
    public async Task A_record_that_is_deleted_while_it_is_read_is_read_to_its_end()
    {
        var path = _store.Write("a.json", new string('o', Long));
        await using var snapshot = await _store.OpenSnapshotAsync();
        await using var content = await OpenAsync(snapshot, "a");
        await content.ReadAsync(new byte[1], Running);

        File.Delete(path);

        Assert.Equal(Long - 1, (await content.ValueAsync(Running)).Length);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Long - 1)]
    public async Task A_record_that_shrinks_while_it_is_read_breaks_the_reading(int left)
    {
        var path = _store.Write("a.json", new string('o', Long));
        await using var snapshot = await _store.OpenSnapshotAsync();
        await using var content = await OpenAsync(snapshot, "a");
        await content.ReadAsync(new byte[1], Running);

        Truncate(path, left);

        await Assert.ThrowsAsync<EndOfStreamException>(() => content.ValueAsync(Running));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Long)]
    public async Task Of_a_record_that_grows_exactly_the_length_found_on_opening_is_read(int length)
    {
        var path = _store.Write("a.json", new string('o', length));
        await using var snapshot = await _store.OpenSnapshotAsync();
        await using var content = await OpenAsync(snapshot, "a");

        await File.AppendAllTextAsync(path, new string('n', Long), Running);

        Assert.Equal(length, content.Length);
        Assert.Equal(new string('o', length), System.Text.Encoding.ASCII.GetString(await content.ValueAsync(Running)));
    }

    [Fact]
    public async Task A_record_that_is_open_for_writing_is_served_as_far_as_it_is_written()
    {
        await using var writer = new FileStream(_store.PathOf("a.json"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite);
        await writer.WriteAsync("half"u8.ToArray(), Running);
        await writer.FlushAsync(Running);

        Assert.Equal(new() { ["a"] = "half" }, await _store.RecordsAsync());
    }

    [Fact]
    public async Task Reading_keeps_no_program_from_writing_renaming_and_deleting()
    {
        var path = _store.Write("a.json");
        await using var snapshot = await _store.OpenSnapshotAsync();
        await using var content = await OpenAsync(snapshot, "a");

        _store.Write("a.json", "written");
        File.Move(path, _store.PathOf("b.json"));
        File.Delete(_store.PathOf("b.json"));

        Assert.Empty(await _store.KeysAsync());
    }

    [Fact]
    public async Task A_record_that_may_not_be_read_is_a_failure_and_not_taken_for_deleted()
    {
        File.SetUnixFileMode(_store.Write("a.json"), UnixFileMode.None);
        await using var snapshot = await _store.OpenSnapshotAsync();

        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => Unix.AsUnprivilegedAsync(() => OpenAsync(snapshot, "a")));
    }

    [Fact]
    public async Task A_record_whose_folder_may_not_be_entered_is_a_failure_and_not_taken_for_deleted()
    {
        _store.Write("a.json");
        await using var snapshot = await _store.OpenSnapshotAsync();
        File.SetUnixFileMode(_store.Path, UnixFileMode.None);

        var fault = await Record.ExceptionAsync(() => Unix.AsUnprivilegedAsync(() => OpenAsync(snapshot, "a")));

        Assert.True(fault is UnauthorizedAccessException or IOException and not FileNotFoundException, fault?.ToString());
    }

    [Fact]
    public async Task A_store_that_may_not_be_listed_is_a_failure_and_not_taken_for_empty()
    {
        _store.Write("a.json");
        var store = await _store.FindAsync();
        File.SetUnixFileMode(_store.Path, UnixFileMode.None);

        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => Unix.AsUnprivilegedAsync(() => _storage.Open().KeysAsync(store, null, Running)));
    }

    [Fact]
    public async Task A_name_that_is_no_UTF_8_is_left_out_with_a_warning()
    {
        _store.Write("a.json");
        Unix.MakeFile(_store.Path, [0xFF, .. ".json"u8]);
        Unix.MakeFile(_store.Path, [.. "caf"u8, 0xE9, .. ".txt"u8]);

        Assert.Equal(["a"], (await _store.RecordsAsync()).Keys);
        Assert.Equal(2, _storage.Events.LeftOut.Count);
        Assert.All(_storage.Events.LeftOut, leftOut => Assert.Equal("has a name that is no UTF-8", leftOut.Reason));
    }

    [Fact]
    public async Task A_name_that_is_no_UTF_8_is_left_out_of_a_store_of_encoded_keys_too()
    {
        _store.WriteEncoded("a");
        Unix.MakeFile(_store.Path, [0xE9]);
        Unix.MakeFile(_store.Path, [0xE9, .. ".__metadata__.json"u8]);

        Assert.Equal(["a"], (await _store.RecordsAsync()).Keys);
        Assert.Single(_storage.Events.LeftOut);
    }

    [Fact]
    public async Task Two_names_that_are_no_UTF_8_are_not_taken_for_one_key()
    {
        Unix.MakeFile(_store.Path, [0xE9, .. ".json"u8]);
        Unix.MakeFile(_store.Path, [0xEA, .. ".json"u8]);

        Assert.Empty(await _store.KeysAsync());
        Assert.Equal((2, 0), (_storage.Events.LeftOut.Count, _storage.Events.SameKey.Count));
    }

    private static void Truncate(string path, long length)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        file.SetLength(length);
    }

    private static async Task<RecordContent> OpenAsync(IRecordSnapshot snapshot, string key) =>
        await snapshot.OpenAsync(new RecordKey(key), Running) ?? throw new InvalidOperationException($"There is no '{key}'.");
}
