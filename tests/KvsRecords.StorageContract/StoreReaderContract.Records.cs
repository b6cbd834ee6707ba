using CsCheck;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.StorageContract;

public abstract partial class StoreReaderContract
{
    [Fact]
    public async Task A_record_is_opened_by_itself_with_all_that_is_known_of_it()
    {
        var contentType = ContentTypesMayBeAnything ? "image/x-made-up; a=\"b\"" : "application/octet-stream";
        var record = new StoredRecord("it's_(fine)!") with { Value = new byte[100_003], ContentType = contentType };
        new Random(1).NextBytes(record.Value);
        await using var backend = await OpenAsync(new StoreContents("s", [record, new("it's_(fine)!2"), new("it's")]));

        await using var content = await backend.Stores.OpenRecordAsync(await FindAsync(backend, "s"), new RecordKey(record.Key), Running);

        Assert.NotNull(content);
        Assert.Equal((100_003, record.ContentType), (content.Length, content.ContentType));
        Assert.Equal(record.LastModified, content.LastModified);
        Assert.Equal(record.Value, await content.ValueAsync(Running));
    }

    [Fact]
    public async Task Every_record_is_opened_by_its_own_key()
    {
        var records = NastyRecords.Select((record, index) => record with { Value = [(byte)index, (byte)index] }).ToArray();
        await using var backend = await OpenAsync(new StoreContents("s", records));
        var store = await FindAsync(backend, "s");

        foreach (var record in records)
            Assert.Equal(record.Value, await ValueAsync(backend, store, record.Key));
    }

    [Fact]
    public async Task A_key_that_has_no_record_opens_nothing_whatever_text_it_is()
    {
        await using var backend = await OpenAsync(new StoreContents("s", NastyRecords));
        var store = await FindAsync(backend, "s");
        var known = NastyRecords.Select(record => record.Key).ToHashSet();

        foreach (var text in NastyText.NamesOfNothing)
            await OpensNothingAsync(text);
        await NastyText.Any.SampleAsync(OpensNothingAsync, iter: 200, threads: 1);

        async Task OpensNothingAsync(string text) =>
            Assert.True(known.Contains(text) || await ValueAsync(backend, store, text) is null, text);
    }

    [Fact]
    public async Task A_record_of_a_store_that_is_deleted_opens_nothing()
    {
        await using var backend = await OpenAsync(new StoreContents("goes", NastyRecords));
        var store = await FindAsync(backend, "goes");
        await backend.DeleteAsync("goes");

        Assert.Null(await ValueAsync(backend, store, "a"));
    }

    [Fact]
    public async Task A_version_is_the_same_until_the_value_is_another_one()
    {
        await using var backend = await OpenAsync(new StoreContents("s", new StoredRecord("a"), new("b")));
        var store = await FindAsync(backend, "s");

        var first = await VersionAsync(backend, store, "a");
        Assert.Equal(first, await VersionAsync(backend, store, "a"));
        await backend.PutAsync("s", new StoredRecord("b") with { Value = [9] });
        Assert.Equal(first, await VersionAsync(backend, store, "a"));
        await backend.PutAsync("s", new StoredRecord("a") with { Value = [1, 2, 3, 4] });
        var second = await VersionAsync(backend, store, "a");

        Assert.NotEqual(first, second);
        Assert.Matches("^[0-9A-Za-z-]+$", first);
        Assert.Matches("^[0-9A-Za-z-]+$", second);
    }

    private static async Task<byte[]?> ValueAsync(IBackend backend, Store store, string key)
    {
        await using var content = await backend.Stores.OpenRecordAsync(store, new RecordKey(key), Running);
        return content is null ? null : await content.ValueAsync(Running);
    }

    private static async Task<string?> VersionAsync(IBackend backend, Store store, string key)
    {
        await using var content = await backend.Stores.OpenRecordAsync(store, new RecordKey(key), Running);
        return content?.Version;
    }
}
