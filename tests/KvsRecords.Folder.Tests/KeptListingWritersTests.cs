using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>
/// What was written a moment ago is in the next answer, although the listing is kept: with writers that rename, overwrite in place, and
/// delete. The clock of these tests is so late that every listing is kept at once.
/// </summary>
public sealed class KeptListingWritersTests : IDisposable
{
    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;
    private readonly FolderStorage _stores;

    public KeptListingWritersTests()
    {
        _store = _storage.Store("default");
        _stores = _storage.Open(inputKey: null, new FakeTimeProvider(DateTimeOffset.MaxValue.AddYears(-1)));
    }

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_writer_that_renames()
    {
        for (var i = 0; i < 20; i++)
        {
            File.Move(_store.Write($"a.json.x{i}.tmp", $"value {i}"), _store.PathOf("a.json"), overwrite: true);
            Assert.Equal($"a: value {i}, application/json; charset=utf-8", await OneAsync());
        }
    }

    [Fact]
    public async Task A_writer_that_overwrites_in_place()
    {
        for (var i = 0; i < 20; i++)
        {
            _store.Write("a.json", new string('x', i));
            Assert.Equal($"a: {new string('x', i)}, application/json; charset=utf-8", await OneAsync());
        }
    }

    [Fact]
    public async Task A_writer_that_overwrites_a_sidecar_in_place()
    {
        _store.Write("a", "value");
        for (var i = 0; i < 20; i++)
        {
            _store.WriteSidecar("a", $$"""{"key":"a","content_type":"text/x-{{i}}"}""");
            Assert.Equal($"a: value, text/x-{i}", await OneAsync());
        }
    }

    [Fact]
    public async Task A_writer_that_fills_a_sidecar_after_it_has_made_it()
    {
        _store.Write("OUTPUT.json", "value");
        _store.WriteSidecar("OUTPUT.json", "");
        await OneAsync();

        _store.WriteSidecar("OUTPUT.json", """{"key":"OUTPUT","content_type":"text/x"}""");

        Assert.Equal("OUTPUT: value, text/x", await OneAsync());
    }

    [Fact]
    public async Task A_writer_that_overwrites_the_older_of_two_files_of_a_key_in_place()
    {
        _store.Write("a.json", "json", new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _store.Write("a.txt", "text", new DateTime(2024, 1, 2, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal("a: text, text/plain; charset=utf-8", await OneAsync());

        _store.Write("a.json", "newest json");

        Assert.Equal("a: newest json, application/json; charset=utf-8", await OneAsync());
    }

    [Fact]
    public async Task A_writer_that_deletes()
    {
        for (var i = 0; i < 20; i++)
        {
            _store.Write("a.json");
            _store.Write("b.json");
            Assert.Equal(["a", "b"], await KeysAsync());

            File.Delete(_store.PathOf("b.json"));
            Assert.Equal(["a"], await KeysAsync());
            Assert.Null(await OpenAsync("b"));
        }
    }

    private async Task<List<string>> KeysAsync() => await _stores.KeysAsync(await _store.FindAsync(), null, Running);

    private async Task<Storage.RecordContent?> OpenAsync(string key) =>
        await _stores.OpenRecordAsync(await _store.FindAsync(), new RecordKey(key), Running);

    /// <summary>The only record, as a page of keys, an archive and a request for it show it.</summary>
    private async Task<string> OneAsync()
    {
        var store = await _store.FindAsync();
        var listed = Assert.Single((await _stores.ListRecordsAsync(store, RecordFilter.Everything, after: null, 10, Running)).Records);
        await using var snapshot = await _stores.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        await using var content = await OpenAsync(listed.Key.Text);
        Assert.NotNull(content);
        var value = await content.ValueAsync(Running);

        Assert.Equal(value, await snapshot.ValueAsync(listed.Key.Text, Running));
        Assert.Equal(value.Length, listed.Length);
        return $"{listed.Key}: {System.Text.Encoding.UTF8.GetString(value)}, {content.ContentType}";
    }
}
