using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite.Tests;

/// <summary>What a start, or a look, may remove: what this program left half done, and nothing else.</summary>
public sealed class NothingOfOthersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("kvs-records-others-").FullName;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_look_changes_no_file_whatever_lies_there()
    {
        await FillAsync();
        File.WriteAllText(Path.Join(_folder, "bodies", "99"), "left behind");
        var before = Files();

        await using (var storage = Open(readOnly: true))
        {
            var store = Assert.Single(await storage.ListAsync(Running));
            Assert.Empty(await storage.VerifyAsync(null, Running).ToListAsync(Running));
            await using var snapshot = await storage.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
            Assert.Equal(2, await snapshot.ReadKeysAsync(Running).CountAsync(Running));
            await Assert.ThrowsAnyAsync<IOException>(() => storage.PutAsync(store, new(new("c")), new MemoryStream([1]), Running).AsTask());
        }

        Assert.Equal(before, Files());
    }

    [Fact]
    public async Task A_start_removes_what_no_row_knows_and_leaves_what_is_named_otherwise()
    {
        await FillAsync();
        File.WriteAllText(Path.Join(_folder, "bodies", "99"), "left behind");
        File.WriteAllText(Path.Join(_folder, "bodies", "100.new"), "half");
        File.WriteAllText(Path.Join(_folder, "bodies", "mine.txt"), "keep");

        await Open().DisposeAsync();

        Assert.Equal(["1", "2", "mine.txt"], Directory.EnumerateFiles(Path.Join(_folder, "bodies")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public async Task A_start_removes_what_older_versions_left_and_nothing_else()
    {
        await FillAsync();
        var copies = Directory.CreateDirectory(Path.Join(_folder, "packs")).FullName;
        File.WriteAllText(Path.Join(copies, "99"), "copies of records");
        File.WriteAllText(Path.Join(_folder, "reserve"), "room for deleting");
        File.WriteAllText(Path.Join(copies, "mine.txt"), "keep");

        await Open().DisposeAsync();
        Assert.False(File.Exists(Path.Join(_folder, "reserve")));
        Assert.Equal(["mine.txt"], Directory.EnumerateFiles(copies).Select(Path.GetFileName));

        File.Delete(Path.Join(copies, "mine.txt"));
        await Open().DisposeAsync();
        Assert.False(Directory.Exists(copies));
    }

    [Fact]
    public async Task A_damaged_index_costs_no_body()
    {
        await FillAsync();
        using (var connection = new SqliteConnection($"Data Source={Path.Join(_folder, "records.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();

            // As if every entry were gone from the index, and from nothing else.
            command.CommandText = """
                pragma writable_schema=on;
                update sqlite_master set sql = replace(sql, 'file is not null', 'file < 0') where name = 'record_files';
                pragma writable_schema=reset; reindex record_files;
                pragma writable_schema=on;
                update sqlite_master set sql = replace(sql, 'file < 0', 'file is not null') where name = 'record_files';
                """;
            command.ExecuteNonQuery();
        }

        await Open().DisposeAsync();

        Assert.Equal(["1", "2"], Directory.EnumerateFiles(Path.Join(_folder, "bodies")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_database_of_something_else_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(Path.Join(_folder, "bodies"));
        File.WriteAllText(Path.Join(_folder, "bodies", "1"), "keep");
        using (var connection = new SqliteConnection($"Data Source={Path.Join(_folder, "records.db")};Pooling=False"))
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "create table mine (a)";
            command.ExecuteNonQuery();
        }

        var before = Files().Where(file => !file.StartsWith("lock", StringComparison.Ordinal));
        foreach (var readOnly in (bool[])[true, false])
        {
            Assert.Throws<StorageRefusedException>(() => Open(readOnly));
            Assert.Equal(before, Files().Where(file => !file.StartsWith("lock", StringComparison.Ordinal)));
        }
    }

    [Fact]
    public async Task A_store_that_was_just_written_to_is_not_deleted_as_unused()
    {
        await using var storage = Open();
        var store = (await storage.GetOrCreateAsync(StorageInFolder.Owner, null, null, Running)).Store;
        var later = DateTimeOffset.UtcNow.AddDays(1);

        var put = storage.PutAsync(store, new(new("a")), new MemoryStream([1]), Running).AsTask();
        Assert.Empty(await storage.DeleteUnusedAsync([store], DateTimeOffset.UtcNow.AddDays(-1), Running));
        await put;
        Assert.Equal([store], await storage.DeleteUnusedAsync([store], later, Running));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private SqliteStorage Open(bool readOnly = false) =>
        SqliteStorage.Open(new() { Folder = _folder, FindUser = _ => null, Durable = false, ReadOnly = readOnly });

    private async Task FillAsync()
    {
        await using var storage = Open();
        var store = (await storage.GetOrCreateAsync(StorageInFolder.Owner, "s", null, Running)).Store;
        foreach (var key in (string[])["a", "b"])
            await storage.PutAsync(store, new(new(key), "image/png"), new MemoryStream(Sample.Random(100_000)), Running);
    }

    private List<string> Files() =>
    [
        .. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Where(file => !file.EndsWith("-shm", StringComparison.Ordinal) && !file.EndsWith("-wal", StringComparison.Ordinal))
            .Select(file => $"{Path.GetRelativePath(_folder, file)} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(file)))}"),
    ];
}
