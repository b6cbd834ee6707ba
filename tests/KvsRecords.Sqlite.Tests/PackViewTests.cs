using KvsRecords.Archive;
using KvsRecords.Stores;

namespace KvsRecords.Sqlite.Tests;

/// <summary>Whoever downloads sees no difference between what is packed and what is not, whatever becomes of the packs meanwhile.</summary>
public sealed class PackViewTests : IAsyncDisposable
{
    private readonly PackedStorage _packed = new();

    private static CancellationToken Running => StorageInFolder.Running;

    [Theory]
    [InlineData("record-000700", "overwritten")]
    [InlineData("record-000000", "overwritten")]
    [InlineData("record-000700a", "new")]
    [InlineData("a", "new, before all")]
    [InlineData("z", "new, after all")]
    public async Task A_write_is_seen_at_once_and_not_by_who_began_before(string key, string what)
    {
        var store = await _packed.PackedAsync();
        await using var older = await _packed.OpenAsync(store);
        var before = await PackedStorage.ArchiveAsync(older);

        await _packed.Folder.PutAsync(store, key, System.Text.Encoding.UTF8.GetBytes(what));

        Assert.Equal(await _packed.ContentsAsync(store), await PackedStorage.ReadAsync(await _packed.ArchiveAsync(store)));
        Assert.Equal(before, await PackedStorage.ArchiveAsync(older));
    }

    [Fact]
    public async Task A_deletion_is_seen_at_once_and_not_by_who_began_before()
    {
        var store = await _packed.PackedAsync();
        await using var older = await _packed.OpenAsync(store);
        var before = await PackedStorage.ArchiveAsync(older);

        await _packed.Folder.Storage.DeleteAsync(store, new RecordKey("record-000700"), Running);

        var now = await PackedStorage.ReadAsync(await _packed.ArchiveAsync(store));
        Assert.Equal(PackedStorage.Many - 1, now.Count);
        Assert.Equal(await _packed.ContentsAsync(store), now);
        Assert.Equal(before, await PackedStorage.ArchiveAsync(older));
    }

    [Fact]
    public async Task A_download_that_has_found_a_pack_goes_on_when_it_is_gone()
    {
        var store = await _packed.PackedAsync();
        await using var snapshot = await _packed.OpenAsync(store);
        var before = await _packed.ArchiveAsync(store);
        using var members = snapshot.ReadMembers(null, withBodies: true);
        Assert.True(members.MoveNext());
        var pack = Assert.IsType<MemberPack>(members.Pack);

        await _packed.Folder.PutAsync(store, "record-000001", [1, 2, 3]);
        await _packed.Folder.Storage.SweptAsync();

        Assert.True(pack.IsWhole);
        Assert.Equal(before, await PackedStorage.ArchiveAsync(snapshot));
    }

    [Theory]
    [InlineData("record-0007")]
    [InlineData("record-000700")]
    [InlineData("record-00")]
    [InlineData("s")]
    public async Task A_prefix_gives_the_same_with_packs_and_without(string prefix)
    {
        var store = await _packed.ManyAsync();
        var filter = new RecordFilter { Prefix = prefix };
        var without = await _packed.ArchiveAsync(store, filter);
        await _packed.ArchiveAsync(store);
        await _packed.Folder.Storage.PackedAsync();

        Assert.Equal(without, await _packed.ArchiveAsync(store, filter));
    }

    [Fact]
    public async Task An_archive_of_packs_can_be_begun_at_any_byte()
    {
        var store = await _packed.PackedAsync();
        await using var snapshot = await _packed.OpenAsync(store);
        var whole = await PackedStorage.ArchiveAsync(snapshot);
        var random = new Random(1);
        for (var i = 0; i < 50; i++)
        {
            var from = random.Next(whole.Length);
            Assert.Equal(whole[from..], await PackedStorage.ArchiveAsync(snapshot, from));
        }
    }

    [Fact]
    public async Task A_pack_that_is_damaged_or_lost_costs_nobody_a_record()
    {
        var store = await _packed.PackedAsync();
        var before = await _packed.ArchiveAsync(store);
        foreach (var file in _packed.PackFiles)
            StorageInFolder.Damage(file, open => open.SetLength(open.Length - 1));
        Assert.Equal(before, await _packed.ArchiveAsync(store));

        await _packed.Folder.PutAsync(store, "z", [1]);
        await _packed.ArchiveAsync(store);
        await _packed.Folder.Storage.PackedAsync();
        before = await _packed.ArchiveAsync(store);
        Directory.Delete(_packed.PackFolder, recursive: true);
        Assert.Equal(before, await _packed.ArchiveAsync(store));
    }

    [Fact]
    public async Task A_pack_that_is_damaged_breaks_one_download_and_not_the_next()
    {
        var store = await _packed.PackedAsync();
        var before = await _packed.ArchiveAsync(store);
        foreach (var file in _packed.PackFiles)
        {
            StorageInFolder.Damage(file, open =>
            {
                open.Position = open.Length - 40;
                open.Write(new byte[40]);
            });
        }

        await Assert.ThrowsAsync<InvalidDataException>(() => _packed.ArchiveAsync(store));

        Assert.Equal(before, await _packed.ArchiveAsync(store));
    }

    [Fact]
    public async Task A_write_that_fails_elsewhere_costs_no_pack()
    {
        var store = await _packed.PackedAsync();
        var other = await _packed.Folder.StoreAsync("other");
        var packs = _packed.PackFiles.Length;
        _packed.Folder.Change("create trigger no before insert on records when new.key = 'bad' begin select raise(abort, 'no'); end");

        await Assert.ThrowsAsync<IOException>(() => _packed.Folder.PutAsync(other, "bad", [1]));

        Assert.Equal(packs, _packed.PackFiles.Length);
        Assert.NotEmpty(await _packed.ArchiveAsync(store));
    }

    public ValueTask DisposeAsync() => _packed.DisposeAsync();
}
