using KvsRecords.Managed;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Postgres.Tests;

/// <summary>Damage that is put into the tables by SQL, as a fault of the database or a hand could, is found by verify.</summary>
public sealed class VerifyTests
{
    private const string NewBody = "insert into objects (id, state, server) values (gen_random_uuid(), {0}, gen_random_uuid())";
    private const string CopyOfB = "key, born, died, died_at, length, compressed_length, crc32, method, modified, header, content_type, object, body from records where key = 'b'";

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("update stores set records = records + 1", "jane.doe~s", null, "the table of stores", "It is said to hold")]
    [InlineData("update stores set records = -1", "jane.doe~s", null, "the table of stores", "It cannot be read: ")]
    [InlineData("update stores set schema = '{'", null, null, "the table of stores", "The stores cannot be read: ")]
    [InlineData("insert into records select 4711, " + CopyOfB, "the store with the number 4711", null, "the table of records", "1 versions of records are left of it")]
    [InlineData(
        "drop index current_records; insert into records select store, key, 1, null, null, length, compressed_length, crc32, method, modified, header, content_type, null, body from records where key = 'b'",
        "jane.doe~s", "b", "the table of records", "2 versions of it overlap")]
    [InlineData("update records set born = 99 where key = 'b'", "jane.doe~s", "b", "the table of records", "It has the revision 99")]
    [InlineData("update records set died = 2, born = 1 where key = 'b'", "jane.doe~s", "b", "the table of records", "A version of it that is dead since the revision 2 is never removed")]
    [InlineData("update objects set state = 2, dead_at = now()", "jane.doe~s", "a", "the table of objects", "Its body ")]
    [InlineData(
        "alter table records drop constraint records_object_fkey; delete from objects", "jane.doe~s", "a", "the table of objects", "Its body ")]
    [InlineData("delete from chunks where no = 0", "jane.doe~s", "a", "the body ", "The record is damaged: ")]
    [InlineData("update chunks set data = overlay(data placing '\\x00ff00' from 100)", "jane.doe~s", "a", "the body ", "")]
    [InlineData("update records set header = overlay(header placing '\\x77' from 3) where key = 'b'", "jane.doe~s", "b", "the table of records", "Its header is that of another record.")]
    [InlineData(NewBody, null, null, "the table of objects", " belongs to no record.", 1)]
    [InlineData(
        "drop index record_objects; update records set object = (select id from objects) where key = 'b'", null, null, "the table of objects", " belongs to more than one record.")]
    [InlineData(NewBody, null, null, "the table of objects", " was not written to its end", 0)]
    [InlineData(NewBody, null, null, "the table of objects", " is never removed", 7)]
    [InlineData(NewBody, null, null, "the table of objects", " is never removed", 2)]
    [InlineData(
        "alter table chunks drop constraint chunks_object_fkey; insert into chunks values (gen_random_uuid(), 0, '\\x00')",
        null, null, "the table of chunks", "Parts of the body ")]
    [InlineData(
        "drop index stores_by_name; insert into stores (id, owner, owner_name, name, folded_name, general_access, created, modified, accessed, state, incarnation, stamp) select 'x', owner, owner_name, name, folded_name, general_access, 0, 0, 0, 0, 0, 0 from stores",
        "jane.doe~s", null, "the table of stores", "Another store has its id or its name.")]
    [InlineData("update stores set state = 2, filled_by = gen_random_uuid()", "the store with the number ", null, "the table of stores", "It was not filled to its end")]
    [InlineData("update stores set state = 1", "the store with the number ", null, "the table of stores", "It is never removed")]
    [InlineData("update stores set state = 9", "the store with the number ", null, "the table of stores", "It is never removed")]
    public async Task Damage_is_found(string sql, string? store, string? key, string place, string reason, int state = 0)
    {
        await using var database = await OpenAsync();
        Assert.Empty(await VerifyAsync(database));

        await database.AskAsync(sql.Replace("{0}", $"{state}", StringComparison.Ordinal));

        Assert.Contains(await VerifyAsync(database), damage =>
            Begins(damage.Store, store) && damage.Key == key && Begins(damage.Place, place) && damage.Reason.Contains(reason, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_damage_hides_no_other()
    {
        await using var database = await OpenAsync();
        await database.AskAsync($"""
            update stores set schema = 'no JSON'; {NewBody.Replace("{0}", "1", StringComparison.Ordinal)}; {NewBody.Replace("{0}", "7", StringComparison.Ordinal)};
            insert into records select 4711, {CopyOfB}
            """);

        Assert.Equal(
            ["the table of objects", "the table of objects", "the table of records", "the table of stores"],
            (await VerifyAsync(database)).Select(damage => damage.Place).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_is_being_written_or_removed_is_no_damage()
    {
        await using var database = await OpenAsync();
        await database.PutAsync(await database.StoreAsync(), "b", [1]);
        var gone = await database.StoreAsync("gone");
        await database.PutAsync(gone, "a", Sample.Random(100_000));
        Assert.True(await database.Storage.DeleteAsync(gone, Running));
        await using var import = await database.Storage.BeginImportAsync(
            new Store { Id = StoreId.Create(), Location = "", Owner = StorageInDatabase.Owner, Name = "filled" }, Running);
        await import!.PutAsync(new(new("a")), new MemoryStream(Sample.Random(100_000)), Running);
        await database.AskAsync("insert into objects (id, state, server) select gen_random_uuid(), 0, id from servers");

        Assert.Empty(await VerifyAsync(database));
    }

    // In tables that are not used again.
    private static async Task<StorageInDatabase> OpenAsync()
    {
        var database = await StorageInDatabase.OpenAsync(await Cluster.ConnectionStringAsync());
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", Sample.Random(600_000));
        await database.PutAsync(store, "b", Sample.Random(500));
        return database;
    }

    private static async Task<List<Damage>> VerifyAsync(StorageInDatabase database) =>
        await database.Storage.VerifyAsync(progress: null, Running).ToListAsync(Running);

    private static bool Begins(string? text, string? beginning) =>
        beginning is null ? text is null : text?.StartsWith(beginning, StringComparison.Ordinal) == true;
}
