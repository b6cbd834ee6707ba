using System.IO.Pipelines;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using KvsRecords.Archive;
using KvsRecords.Managed;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

/// <summary>A storage that another program has prepared: what this program can never have written is damage, and no link is followed.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class HostileFolderTests : IAsyncDisposable
{
    private readonly StorageInFolder _folder = new();
    private readonly string _elsewhere = Directory.CreateTempSubdirectory("kvs-records-elsewhere-").FullName;

    private static CancellationToken Running => StorageInFolder.Running;

    [Theory]
    [InlineData("lock")]
    [InlineData("records.db")]
    [InlineData("records.db-wal")]
    [InlineData("records.db-shm")]
    [InlineData("records.db-journal")]
    [InlineData("bodies")]
    public async Task A_link_where_an_own_file_belongs_is_refused_and_what_it_leads_to_is_left(string name)
    {
        await _folder.PutAsync(await _folder.StoreAsync(), "large", Sample.Random(100_000));
        await _folder.Storage.DisposeAsync();
        var (path, target) = (Path.Join(_folder.Folder, name), Path.Join(_elsewhere, name));
        if (Path.Exists(path))
            Directory.Move(path, target);
        else
            await File.WriteAllTextAsync(target, "of another", Running);
        if (name == "bodies")
            await File.WriteAllTextAsync(Path.Join(target, "999"), "that no row knows", Running);
        File.CreateSymbolicLink(path, target);
        var before = Contents(_elsewhere);

        foreach (var readOnly in (bool[])[false, true])
        {
            var refused = Assert.Throws<StorageRefusedException>(() => Open(readOnly));
            Assert.StartsWith($"{path} is a link, or no ", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(before, Contents(_elsewhere));
        File.Delete(path);
        if (Directory.Exists(target))
            Directory.Move(target, path);
    }

    [Theory]
    [InlineData("lock")]
    [InlineData("records.db")]
    [InlineData("records.db-wal")]
    [InlineData("bodies")]
    public async Task A_pipe_where_an_own_file_belongs_is_refused_and_not_waited_for(string name)
    {
        await _folder.Storage.DisposeAsync();
        var path = Path.Join(_folder.Folder, name);
        if (Directory.Exists(path))
            Directory.Delete(path, recursive: true);
        File.Delete(path);
        if (name != "records.db")
            await File.WriteAllBytesAsync(Path.Join(_folder.Folder, "records.db"), [], Running);
        Assert.Equal(0, MkFifo(path, 0x180));

        await Task.Run(() => Assert.Throws<StorageRefusedException>(() => Open()), Running).WaitAsync(TimeSpan.FromMinutes(1), Running);
    }

    [Fact]
    public async Task A_body_that_is_a_link_or_a_pipe_is_damage_and_not_read()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "link", Sample.Random(100_000));
        await _folder.PutAsync(store, "pipe", Sample.Random(60_000));
        await _folder.Storage.DisposeAsync();
        var (body, copy) = (_folder.BodyOf(100_000), Path.Join(_elsewhere, "copy"));
        File.Move(body, copy);
        File.CreateSymbolicLink(body, copy);
        var pipe = _folder.BodyOf(60_000);
        File.Delete(pipe);
        Assert.Equal(0, MkFifo(pipe, 0x180));
        await _folder.RestartAsync();

        var damages = await VerifyAsync();

        Assert.Equal(["link", "pipe"], damages.Select(damage => damage.Key));
        Assert.All(damages, damage => Assert.EndsWith(" is a link, or no regular file.", damage.Reason, StringComparison.Ordinal));
        await Assert.ThrowsAsync<InvalidDataException>(() => ArchiveAsync(store));
        await Assert.ThrowsAsync<InvalidDataException>(() => _folder.Storage.OpenRecordAsync(store, new("link"), Running).AsTask());
    }

    [Theory]
    [InlineData("../../x")]
    [InlineData("/etc/passw")]
    [InlineData("c:\\windows")]
    [InlineData("a/./b")]
    [InlineData("..")]
    [InlineData("line\nfeed")]
    [InlineData("esc\u009b2J")]
    public async Task An_unsafe_key_is_damage_also_with_the_header_that_it_would_have(string key)
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, new string('k', Encoding.UTF8.GetByteCount(key)), [1, 2, 3]);
        await _folder.PutAsync(store, "whole", [1]);
        await ChangeAsync($"update records set key = cast(x'{Hex(key)}' as text), header = x'{Header(key)}' where key <> 'whole'");

        var damage = Assert.Single(await VerifyAsync(), damage => damage.Key is not null);

        Assert.Equal(key, damage.Key);
        Assert.Contains("its key ", damage.Reason, StringComparison.Ordinal);
        await AssertDamagedAsync(store);
    }

    [Theory]
    [InlineData("key = key || 'longer'")]
    [InlineData("key = 'x'")]
    [InlineData("header = cast(substr(header, 1, 22) || x'0400' || substr(header, 25) as blob)")]
    [InlineData("header = cast(substr(header, 1, 24) || x'ffff' as blob)")]
    [InlineData("header = cast(x'2d00' || substr(header, 3) as blob)")]
    [InlineData("header = cast(substr(header, 1, 2) || x'0900' || substr(header, 5) as blob)")]
    [InlineData("header = cast(substr(header, 1, 4) || x'0c00' || substr(header, 7) as blob)")]
    [InlineData("header = cast(substr(header, 1, 18) || x'ffffff7f' || substr(header, 23) as blob)")]
    [InlineData("header = cast(substr(header, 1, 8) || x'0000' || substr(header, 11) as blob)")]
    [InlineData("header = x''")]
    public async Task A_header_that_does_not_fit_is_damage(string change)
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a key", [1, 2, 3]);
        await ChangeAsync($"update records set {change}");

        Assert.NotEmpty(await VerifyAsync());
        await AssertDamagedAsync(store);
    }

    [Theory]
    [InlineData("header = cast(substr(header, 1, 10) || x'01020304' || substr(header, 15) as blob)")]
    [InlineData("header = cast(substr(header, 1, 6) || x'01020304' || substr(header, 11) as blob)")]
    [InlineData("length = -1")]
    [InlineData("packed_length = -1")]
    [InlineData("crc32 = -1")]
    [InlineData("method = 12")]
    [InlineData("length = 9223372036854775807")]
    [InlineData("file = 9223372036854775807, body = null")]
    public async Task A_row_that_cannot_have_been_written_is_damage_for_verify(string change)
    {
        await _folder.PutAsync(await _folder.StoreAsync(), "a key", [1, 2, 3]);
        await ChangeAsync($"update records set {change}");

        Assert.NotEmpty(await VerifyAsync());
    }

    [Theory]
    [InlineData("records")]
    [InlineData("packed_bytes")]
    [InlineData("key_bytes")]
    [InlineData("value_bytes")]
    public async Task A_sum_that_is_less_than_nothing_or_more_than_fits_is_damage(string sum)
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "a key", [1, 2, 3]);
        foreach (var value in (long[])[-1, long.MaxValue, long.MinValue])
        {
            await ChangeAsync($"update stores set {sum} = {value}");
            await Assert.ThrowsAsync<InvalidDataException>(() => ArchiveAsync(store));
            Assert.Equal("jane.doe~s", Assert.Single(await VerifyAsync()).Store);
        }
    }

    [Theory]
    [InlineData("alter table records rename to hidden; create view records as select * from hidden", "the table 'hidden'")]
    [InlineData("create view other as with recursive n(x) as (select 1 union all select x + 1 from n) select x from n", "the view 'other'")]
    [InlineData("alter table stores add column more text generated always as (hex(zeroblob(400000000)))", "the table 'stores'")]
    [InlineData("alter table records add column more int check (length(hex(zeroblob(400000000))) > 0)", "the table 'records'")]
    [InlineData("create index more on stores (hex(zeroblob(length(name))))", "the index 'more'")]
    [InlineData("create trigger gone after insert on records begin delete from records; end", "the trigger 'gone'")]
    [InlineData("create table more (x)", "the table 'more'")]
    public async Task What_this_program_does_not_make_in_a_database_is_refused(string sql, string said)
    {
        await _folder.StoreAsync();
        await _folder.Storage.DisposeAsync();
        _folder.Change(sql);

        foreach (var readOnly in (bool[])[false, true])
            Assert.Contains(said, Assert.Throws<StorageRefusedException>(() => Open(readOnly)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_SQLite_makes_by_itself_is_not_refused()
    {
        await _folder.StoreAsync();
        await _folder.Storage.DisposeAsync();
        _folder.Change("analyze");

        foreach (var readOnly in (bool[])[false, true])
            await Open(readOnly).DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _folder.DisposeAsync();
        Directory.Delete(_elsewhere, recursive: true);
    }

    private SqliteStorage Open(bool readOnly = false) =>
        SqliteStorage.Open(new() { Folder = _folder.Folder, FindUser = _ => null, Durable = false, ReadOnly = readOnly });

    private async Task ChangeAsync(string sql)
    {
        await _folder.Storage.DisposeAsync();
        _folder.Change(sql);
        await _folder.RestartAsync();
    }

    private async Task AssertDamagedAsync(Store store)
    {
        await Assert.ThrowsAsync<InvalidDataException>(() => ArchiveAsync(store));
        Assert.NotEmpty(await VerifyAsync());
    }

    private async Task ArchiveAsync(Store store)
    {
        await using var snapshot = await _folder.Storage.OpenCompressedSnapshotAsync(store, RecordFilter.Everything, Running);
        var archive = await SplicedArchive.LayOutAsync(snapshot!, Running);
        await archive.WriteAsync(PipeWriter.Create(Stream.Null), from: 0, Running);
    }

    private async Task<List<Damage>> VerifyAsync() => await _folder.Storage.VerifyAsync(null, Running).ToListAsync(Running);

    private static string Hex(string text) => Convert.ToHexString(Encoding.UTF8.GetBytes(text));

    private static string Header(string key) => Convert.ToHexString(
        EntryHeader.Create(Encoding.UTF8.GetBytes(key), new CompressedEntry(0x55BC801D, 3, 3, CompressionMethod.Stored), 0));

    private static List<string> Contents(string folder) =>
        [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal).Select(file => $"{file} {new FileInfo(file).Length}")];

    [LibraryImport("libc", EntryPoint = "mkfifo", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int MkFifo(string path, uint mode);
}
