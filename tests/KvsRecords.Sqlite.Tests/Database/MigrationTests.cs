using System.Globalization;
using System.IO.Hashing;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

/// <summary>Databases of every version that there was, made from what that version made them with.</summary>
public sealed class MigrationTests : IAsyncDisposable
{
    private const string Tables = "select group_concat(sql, char(10)) from (select sql from sqlite_master where sql is not null order by name)";

    private readonly StorageInFolder _folder = new();

    private static CancellationToken Running => StorageInFolder.Running;

    [Fact]
    public async Task Everything_in_a_database_of_version_1_is_read_afterwards()
    {
        var large = Sample.Random(20_000);
        await MakeVersion1Async();
        await File.WriteAllBytesAsync(Path.Join(_folder.Folder, "bodies", "7"), large, Running);

        await _folder.RestartAsync();

        var store = Assert.Single(await _folder.Storage.ListAsync(Running));
        Assert.Equal(("WkzbQMuFYuamGv3YF", "Shop-É", "A title", "secret"), (store.Id, store.Name, store.Title, store.UrlSigningSecretKey));
        Assert.Equal((StorageInFolder.Owner, GeneralAccess.Restricted), (store.Owner, store.GeneralAccess));
        Assert.Equal((1_000, 3_000, 3_000), (Milliseconds(store.CreatedAt), Milliseconds(store.ModifiedAt), Milliseconds(store.AccessedAt)));
        Assert.Equal("images", Assert.Single(store.Schema!.CollectionIds));
        Assert.Equal(new StoreStats(0, 0, 0, 0, Records: 2, 20_003), store.Stats);
        Assert.Equal(store.Id, (await _folder.Storage.FindByNameAsync(StorageInFolder.Owner, "sHOP-é", Running))?.Id);
        await using var snapshot = await _folder.OpenAsync(store);
        var contents = await snapshot.ContentsAsync(StorageInFolder.Running);
        Assert.Equal(["large", "small"], contents.Keys);
        Assert.Equal(large, contents["large"]);
        Assert.Equal([1, 2, 3], contents["small"]);
        await using var content = await _folder.Storage.OpenRecordAsync(store, new RecordKey("small"), Running);
        Assert.Equal(("image/png", 2_000), (content!.ContentType, Milliseconds(content.LastModified)));
    }

    [Fact]
    public async Task A_migrated_database_has_the_tables_of_a_new_one()
    {
        var expected = _folder.Ask(Tables);
        await MakeVersion1Async();

        await _folder.RestartAsync();
        await _folder.Storage.SweptAsync();

        Assert.Equal(expected, _folder.Ask(Tables));
        Assert.Equal("2", _folder.Ask("pragma user_version"));
        Assert.Equal("ok", _folder.Ask("pragma integrity_check"));
        Assert.Equal(2, _folder.RowsOf("records"));
    }

    [Fact]
    public async Task A_number_that_was_used_before_is_not_used_again()
    {
        await MakeVersion1Async();

        await _folder.RestartAsync();

        Assert.Equal("42", (await _folder.StoreAsync("new")).Location);
    }

    [Fact]
    public async Task A_migration_that_fails_half_way_leaves_version_1()
    {
        await MakeVersion1Async();
        _folder.Change("alter table records rename column length to lost");
        var before = _folder.Ask(Tables);

        Assert.ThrowsAny<IOException>(_folder.OpenAnother);

        Assert.Equal(before, _folder.Ask(Tables));
        Assert.Equal("1", _folder.Ask("pragma user_version"));
        _folder.Change("alter table records rename column lost to length");
        await _folder.RestartAsync();
        Assert.Single(await _folder.Storage.ListAsync(Running));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    // A store with a small and a large record and an overwritten one, and one that is being removed.
    private async Task MakeVersion1Async()
    {
        await _folder.Storage.DisposeAsync();
        foreach (var file in Directory.EnumerateFiles(_folder.Folder, "records.db*"))
            File.Delete(file);
        _folder.Change("pragma page_size=8192; pragma journal_mode=wal");
        _folder.Change(await File.ReadAllTextAsync(Path.Join(AppContext.BaseDirectory, "Formats", "1.sql"), Running));
        var large = Crc32.HashToUInt32(Sample.Random(20_000)).ToString(CultureInfo.InvariantCulture);
        _folder.Change($$"""
            insert into stores values (3, 'WkzbQMuFYuamGv3YF', 'HJ5kR8tLmN2pKs7Yd', 'jane.doe', 'Shop-É', 'SHOP-É', 'A title', 'RESTRICTED',
                'secret', '{"actorKeyValueStoreSchemaVersion":1,"title":"t","collections":{"images":{"keyPrefix":"image-"} } }',
                1000, 3000, 4, 2, 20003, 10, 0);
            insert into stores values (41, 'goneQMuFYuamGv3YF', 'HJ5kR8tLmN2pKs7Yd', 'jane.doe', 'gone', 'GONE', null, 'RESTRICTED',
                'secret', null, 1000, 3000, 1, 1, 1, 1, 1);
            insert into records values (3, 'small', 1, 2, 1, 1, 1, 0, 1000, null, null, x'00');
            insert into records values (3, 'small', 2, null, 3, 3, 0x55bc801d, 0, 2000, 'image/png', null, x'010203');
            insert into records values (3, 'large', 4, null, 20000, 20000, {{large}}, 0, 3000, null, 7, null);
            insert into records values (41, 'a', 1, null, 1, 1, 1, 0, 1000, null, null, x'00');
            """);
    }

    private static long Milliseconds(DateTimeOffset? time) => time!.Value.ToUnixTimeMilliseconds();
}
