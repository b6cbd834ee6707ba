using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

/// <summary>Small records are packed after a download; nobody sees a difference but in the time it takes.</summary>
public sealed class PackTests : IAsyncDisposable
{
    private const int Many = 1_500;

    private readonly StorageInFolder _folder = new();

    private static CancellationToken Running => StorageInFolder.Running;

    private string PackFolder => Path.Join(_folder.Folder, "packs");

    private string[] PackFiles => Directory.GetFiles(PackFolder);

    [Fact]
    public async Task A_download_of_many_small_records_packs_them_and_the_next_gives_the_same_bytes()
    {
        var store = await ManyAsync();
        var before = await ArchiveAsync(store);
        await _folder.Storage.PackedAsync();

        Assert.NotEmpty(PackFiles);
        Assert.Equal(before, await ArchiveAsync(store));

        // Only whoever reads the rows would see this.
        _folder.Change("update records set body = zeroblob(length(body)) where key = 'record-000500'");
        Assert.Equal(before, await ArchiveAsync(store));
    }

    [Fact]
    public async Task Bodies_in_files_are_packed_with_the_others_where_they_are_small()
    {
        var store = await _folder.StoreAsync();
        await Task.WhenAll(Enumerable.Range(0, Many).Select(i => _folder.PutAsync(
            store, StorageInFolder.NumberOf(i), StorageInFolder.Random(i % 100 == 0 ? 70_000 : i % 2 == 0 ? 20_000 : 100, i))));
        var before = await ArchiveAsync(store);
        await _folder.Storage.PackedAsync();
        Assert.InRange(PackFiles.Sum(file => new FileInfo(file).Length), 14_000_000, 16_000_000);

        foreach (var file in _folder.BodyFiles.Where(file => new FileInfo(Path.Join(_folder.Folder, "bodies", file)).Length == 20_000).ToList())
            File.Delete(Path.Join(_folder.Folder, "bodies", file));
        Assert.Equal(before, await ArchiveAsync(store));
    }

    [Fact]
    public async Task A_few_are_not_packed_and_neither_are_large_ones()
    {
        var store = await _folder.StoreAsync();
        for (var i = 0; i < 10; i++)
            await _folder.PutAsync(store, $"small-{i}", [1]);
        for (var i = 0; i < 10; i++)
            await _folder.PutAsync(store, $"large-{i}", StorageInFolder.Random(70_000));

        await ArchiveAsync(store);
        await _folder.Storage.PackedAsync();

        Assert.Empty(PackFiles);
    }

    [Theory]
    [InlineData("record-000700", "overwritten")]
    [InlineData("record-000000", "overwritten")]
    [InlineData("record-000700a", "new")]
    [InlineData("a", "new, before all")]
    [InlineData("z", "new, after all")]
    public async Task A_write_is_seen_at_once_and_not_by_who_began_before(string key, string what)
    {
        var store = await PackedAsync();
        await using var older = await OpenAsync(store);
        var before = await ArchiveAsync(older);

        await _folder.PutAsync(store, key, System.Text.Encoding.UTF8.GetBytes(what));

        Assert.Equal(await ContentsAsync(store), await ReadAsync(await ArchiveAsync(store)));
        Assert.Equal(before, await ArchiveAsync(older));
    }

    [Fact]
    public async Task A_deletion_is_seen_at_once_and_not_by_who_began_before()
    {
        var store = await PackedAsync();
        await using var older = await OpenAsync(store);
        var before = await ArchiveAsync(older);

        await _folder.Storage.DeleteAsync(store, new RecordKey("record-000700"), Running);

        var now = await ReadAsync(await ArchiveAsync(store));
        Assert.Equal(Many - 1, now.Count);
        Assert.Equal(await ContentsAsync(store), now);
        Assert.Equal(before, await ArchiveAsync(older));
    }

    [Fact]
    public async Task A_download_that_has_found_a_pack_goes_on_when_it_is_gone()
    {
        var store = await PackedAsync();
        await using var snapshot = await OpenAsync(store);
        var before = await ArchiveAsync(store);
        using var members = snapshot.ReadMembers(null, withBodies: true);
        Assert.True(members.MoveNext());
        var pack = Assert.IsType<MemberPack>(members.Pack);

        await _folder.PutAsync(store, "record-000001", [1, 2, 3]);
        await _folder.Storage.SweptAsync();

        Assert.True(pack.IsWhole);
        Assert.Equal(before, await ArchiveAsync(snapshot));
    }

    [Theory]
    [InlineData("record-0007")]
    [InlineData("record-000700")]
    [InlineData("record-00")]
    [InlineData("s")]
    public async Task A_prefix_gives_the_same_with_packs_and_without(string prefix)
    {
        var store = await ManyAsync();
        var filter = new RecordFilter { Prefix = prefix };
        var without = await ArchiveAsync(store, filter);
        await ArchiveAsync(store);
        await _folder.Storage.PackedAsync();

        Assert.Equal(without, await ArchiveAsync(store, filter));
    }

    [Fact]
    public async Task An_archive_of_packs_can_be_begun_at_any_byte()
    {
        var store = await PackedAsync();
        await using var snapshot = await OpenAsync(store);
        var whole = await ArchiveAsync(snapshot);
        var random = new Random(1);
        for (var i = 0; i < 50; i++)
        {
            var from = random.Next(whole.Length);
            Assert.Equal(whole[from..], await ArchiveAsync(snapshot, from));
        }
    }

    [Fact]
    public async Task A_pack_that_is_damaged_or_lost_costs_nobody_a_record()
    {
        var store = await PackedAsync();
        var before = await ArchiveAsync(store);
        foreach (var file in PackFiles)
            StorageInFolder.Damage(file, open => open.SetLength(open.Length - 1));
        Assert.Equal(before, await ArchiveAsync(store));

        await _folder.PutAsync(store, "z", [1]);
        await ArchiveAsync(store);
        await _folder.Storage.PackedAsync();
        before = await ArchiveAsync(store);
        Directory.Delete(PackFolder, recursive: true);
        Assert.Equal(before, await ArchiveAsync(store));
    }

    [Fact]
    public async Task Packs_go_with_their_store_and_with_the_process_and_nothing_of_others_goes()
    {
        var store = await PackedAsync();
        await _folder.Storage.DeleteAsync(store, Running);
        await _folder.Storage.SweptAsync();
        Assert.Empty(PackFiles);

        await PackedAsync();
        Assert.NotEmpty(PackFiles);
        File.WriteAllText(Path.Join(PackFolder, "999"), "left behind by a kill");
        File.WriteAllText(Path.Join(PackFolder, "mine.txt"), "keep");
        await _folder.RestartAsync();
        Assert.Equal(["mine.txt"], PackFiles.Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_pack_that_is_damaged_breaks_one_download_and_not_the_next()
    {
        var store = await PackedAsync();
        var before = await ArchiveAsync(store);
        foreach (var file in PackFiles)
        {
            StorageInFolder.Damage(file, open =>
            {
                open.Position = open.Length - 40;
                open.Write(new byte[40]);
            });
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => ArchiveAsync(store));

        Assert.Equal(before, await ArchiveAsync(store));
    }

    [Fact]
    public async Task A_write_that_fails_elsewhere_costs_no_pack()
    {
        var store = await PackedAsync();
        var other = await _folder.StoreAsync("other");
        var packs = PackFiles.Length;
        _folder.Change("create trigger no before insert on records when new.key = 'bad' begin select raise(abort, 'no'); end");

        await Assert.ThrowsAsync<IOException>(() => _folder.PutAsync(other, "bad", [1]));

        Assert.Equal(packs, PackFiles.Length);
        Assert.NotEmpty(await ArchiveAsync(store));
    }

    [Fact]
    public void Packs_take_no_more_than_their_share_whatever_is_in_them()
    {
        var packs = new Packs(_folder.Folder);
        var empty = new PackedTotals(15_000, 15_000 * 40, 0, 0);

        var taken = Enumerable.Range(0, 10_000).TakeWhile(i => packs.TryAdd(
            new Pack(1, new RecordKey($"{i:D6}a"), new RecordKey($"{i:D6}b"), 1, empty, Path.Join(_folder.Folder, $"none-{i}")))).Count();

        Assert.InRange(taken * MemberPack.FileLengthOf(empty), 1L << 30, (1L << 30) + (2 * MemberPack.FileLengthOf(empty)));
    }

    // One writer, so that each revision is one known state; downloads and packing meanwhile.
    [Fact]
    public async Task Archives_that_race_with_a_writer_and_with_packing_are_each_the_state_of_their_revision()
    {
        var store = await ManyAsync();
        var model = await ContentsAsync(store);
        var changes = new List<(string Key, byte[]? Value)>();
        var first = await RevisionAsync(store);
        using var over = new CancellationTokenSource();
        var writing = Task.Run(() => WriteAsync(store, model.Keys, changes, over.Token), Running);

        var packed = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => ReadAsync(25), Running)));
        await over.CancelAsync();
        await writing;
        Assert.True(packed.Sum() > 0, "No archive came from packs.");

        async Task<int> ReadAsync(int archives)
        {
            var withPacks = 0;
            for (var i = 0; i < archives; i++)
            {
                await using var snapshot = await OpenAsync(store);
                var expected = new SortedDictionary<string, byte[]>(model, StringComparer.Ordinal);
                lock (changes)
                {
                    foreach (var (key, value) in changes.Take((int)(RevisionOf(snapshot) - first)))
                        _ = value is null ? expected.Remove(key) : (expected[key] = value) is not null;
                }

                // The second time from what is packed by then.
                Assert.Equal(expected, await PackTests.ReadAsync(await ArchiveAsync(snapshot)));
                withPacks += PackFiles.Length > 0 ? 1 : 0;
                Assert.Equal(expected, await PackTests.ReadAsync(await ArchiveAsync(snapshot)));
            }

            return withPacks;
        }
    }

    // What a store holds, a download shows, whatever was packed, written and deleted before, and while somebody else still looks.
    [Fact]
    public async Task Whatever_is_written_between_downloads_each_shows_what_there_is()
    {
        var store = await PackedAsync();
        var model = await ContentsAsync(store);
        var random = new Random(7);
        for (var round = 0; round < 40; round++)
        {
            await using var older = await OpenAsync(store);
            var before = await ArchiveAsync(older);
            for (var i = random.Next(4); i > 0; i--)
            {
                var key = "record-" + StorageInFolder.NumberOf(random.Next(Many + 200));
                if (random.Next(3) > 0)
                    await _folder.PutAsync(store, key, model[key] = StorageInFolder.Random(random.Next(600), round));
                else if (await _folder.Storage.DeleteAsync(store, new RecordKey(key), Running))
                    model.Remove(key);
            }

            Assert.Equal(model, await ReadAsync(await ArchiveAsync(store)));
            Assert.Equal(before, await ArchiveAsync(older));
            if (random.Next(2) == 0)
                await _folder.Storage.PackedAsync();
        }
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    // Now and then it downloads what there is, and waits until that is packed.
    private async Task WriteAsync(Store store, IEnumerable<string> keys, List<(string Key, byte[]? Value)> changes, CancellationToken over)
    {
        var random = new Random(3);
        var there = keys.ToHashSet();
        while (!over.IsCancellationRequested)
        {
            var key = "record-" + StorageInFolder.NumberOf(random.Next(Many + 50));
            var value = random.Next(8) == 0 && there.Contains(key) ? null : StorageInFolder.Random(random.Next(500), random.Next());
            lock (changes)
                changes.Add((key, value));
            there.Add(key);
            if (value is null)
                Assert.True(there.Remove(key) && await _folder.Storage.DeleteAsync(store, new RecordKey(key), Running));
            else
                await _folder.PutAsync(store, key, value);
            if (random.Next(20) > 0)
                continue;

            await ArchiveAsync(store);
            await _folder.Storage.PackedAsync();
        }
    }

    private async Task<long> RevisionAsync(Store store)
    {
        await using var snapshot = await OpenAsync(store);
        return RevisionOf(snapshot);
    }

    private static long RevisionOf(IPackedSnapshot snapshot) => ((SqliteSnapshot)snapshot).Revision;

    private async Task<Store> ManyAsync()
    {
        var store = await _folder.StoreAsync(name: null);
        await Task.WhenAll(Enumerable.Range(0, Many).Select(
            i => _folder.PutAsync(store, "record-" + StorageInFolder.NumberOf(i), StorageInFolder.Random(i % 900, i))));
        return store;
    }

    private async Task<Store> PackedAsync()
    {
        var store = await ManyAsync();
        await ArchiveAsync(store);
        await _folder.Storage.PackedAsync();
        Assert.NotEmpty(PackFiles);
        return store;
    }

    private async Task<IPackedSnapshot> OpenAsync(Store store, RecordFilter? filter = null) =>
        (await _folder.Storage.OpenPackedSnapshotAsync(store, filter ?? RecordFilter.Everything, Running))!;

    private async Task<byte[]> ArchiveAsync(Store store, RecordFilter? filter = null)
    {
        await using var snapshot = await OpenAsync(store, filter);
        return await ArchiveAsync(snapshot);
    }

    private static async Task<byte[]> ArchiveAsync(IPackedSnapshot snapshot, long from = 0)
    {
        var archive = SplicedArchive.LayOut(snapshot);
        var output = new MemoryStream();
        var pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        await archive.WriteAsync(pipe, from, Running);
        await pipe.CompleteAsync();
        Assert.Equal(archive.Length - from, output.Length);
        return output.ToArray();
    }

    private async Task<SortedDictionary<string, byte[]>> ContentsAsync(Store store)
    {
        await using var snapshot = await _folder.OpenAsync(store);
        return await StorageInFolder.ContentsAsync(snapshot);
    }

    private static async Task<SortedDictionary<string, byte[]>> ReadAsync(byte[] archive)
    {
        var contents = new SortedDictionary<string, byte[]>(StringComparer.Ordinal);
        await using var zip = new System.IO.Compression.ZipArchive(new MemoryStream(archive));
        foreach (var entry in zip.Entries)
        {
            await using var value = await entry.OpenAsync(Running);
            var bytes = new MemoryStream();
            await value.CopyToAsync(bytes, Running);
            contents.Add(entry.FullName, bytes.ToArray());
        }

        return contents;
    }
}
