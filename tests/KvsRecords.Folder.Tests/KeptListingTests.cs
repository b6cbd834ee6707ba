using KvsRecords.Unix;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>The listing of a store is kept while its folder is unchanged, and requests share one that is under way.</summary>
public sealed class KeptListingTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly StorageFolder _storage = new();
    private readonly FakeTimeProvider _clock = new();
    private readonly StoreFolder _store;
    private int _read;

    public KeptListingTests()
    {
        _store = _storage.Store("default");
        _store.Write("a.json");
        _clock.AdjustTime(ChangeOf(_store).AddHours(1));
    }

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unchanged_folder_is_listed_once()
    {
        var listings = Listings();

        var first = await GetAsync(listings, _store);
        _store.Write("a.json", "written in place");

        Assert.Same(first, await GetAsync(listings, _store));
        Assert.Equal(1, _read);
    }

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1.9, 2)]
    [InlineData(2.1, 1)]
    public async Task A_folder_that_changed_within_the_last_two_seconds_is_listed_again(double seconds, int read)
    {
        var listings = Listings();
        _clock.AdjustTime(ChangeOf(_store).AddSeconds(seconds));

        await GetAsync(listings, _store);
        await GetAsync(listings, _store);

        Assert.Equal(read, _read);
    }

    [Fact]
    public async Task A_listing_that_was_made_too_early_is_not_trusted_later()
    {
        var listings = Listings();
        var changed = ChangeOf(_store);
        _clock.AdjustTime(changed.AddSeconds(1));
        await GetAsync(listings, _store);

        _clock.AdjustTime(changed.AddHours(1));
        await GetAsync(listings, _store);
        await GetAsync(listings, _store);

        Assert.Equal(2, _read);
    }

    [Fact]
    public async Task A_change_of_the_names_lists_the_folder_again()
    {
        var listings = Listings();
        await GetAsync(listings, _store);

        _store.Write("b.json");
        Assert.Equal(["a", "b"], Keys(await GetAsync(listings, _store)));

        File.Move(_store.PathOf("b.json"), _store.PathOf("c.json"));
        Assert.Equal(["a", "c"], Keys(await GetAsync(listings, _store)));

        File.Delete(_store.PathOf("a.json"));
        Assert.Equal(["c"], Keys(await GetAsync(listings, _store)));
    }

    [Fact]
    public async Task Another_folder_in_its_place_is_listed_although_its_time_is_the_same()
    {
        var listings = Listings();
        await GetAsync(listings, _store);
        var time = Directory.GetLastWriteTimeUtc(_store.Path);

        Directory.Move(_store.Path, Path.Join(_storage.Outside, "old"));
        _storage.Store("default").Write("other.json");
        Directory.SetLastWriteTimeUtc(_store.Path, time);

        Assert.Equal(["other"], Keys(await GetAsync(listings, _store)));
    }

    [Fact]
    public async Task A_sidecar_is_read_again_only_where_it_has_changed()
    {
        _store.WriteEncoded("same");
        _store.WriteEncoded("changes");
        var listings = Listings();
        var before = await GetAsync(listings, _store);

        _store.WriteSidecar("changes", """{"key":"changed"}""");
        _store.WriteEncoded("new");
        var after = await GetAsync(listings, _store);

        Assert.Same(Sidecar(before, "same"), Sidecar(after, "same"));
        Assert.NotSame(Sidecar(before, "changes"), Sidecar(after, "changes"));
        Assert.Equal(["changed", "new", "same"], Keys(after));

        static Sidecar Sidecar(StoreListing listing, string name) => listing.Sidecars.Single(sidecar => sidecar.Name == name);
    }

    [Fact]
    public async Task Requests_that_come_while_a_listing_runs_share_the_next_and_never_two_run_at_once()
    {
        using var canEnd = new SemaphoreSlim(0);
        var begun = new TaskCompletionSource();
        var listings = Listings(() =>
        {
            begun.TrySetResult();
            canEnd.Wait(Patience, Running);
        });
        var first = Task.Run(() => GetAsync(listings, _store), Running);
        await begun.Task.WaitAsync(Patience, Running);

        _store.Write("b.json");
        var later = Enumerable.Range(0, 5).Select(_ => GetAsync(listings, _store)).ToList();
        Assert.All(later, task => Assert.False(task.IsCompleted));
        canEnd.Release(2);
        var shared = await Task.WhenAll(later).WaitAsync(Patience, Running);

        Assert.NotSame(await first, shared[0]);
        Assert.All(shared, listing => Assert.Same(shared[0], listing));
        Assert.Equal(["a", "b"], Keys(shared[0]));
        Assert.Equal(2, _read);
    }

    [Fact]
    public async Task Requests_share_a_listing_also_where_it_is_too_large_to_be_kept()
    {
        using var canEnd = new SemaphoreSlim(0);
        var begun = new TaskCompletionSource();
        var listings = Listings(
            () =>
            {
                begun.TrySetResult();
                canEnd.Wait(Patience, Running);
            },
            maxBytes: 0);
        var first = Task.Run(() => GetAsync(listings, _store), Running);
        await begun.Task.WaitAsync(Patience, Running);

        _store.Write("b.json");
        var later = Enumerable.Range(0, 5).Select(_ => GetAsync(listings, _store)).ToList();
        canEnd.Release(2);
        await Task.WhenAll(later).WaitAsync(Patience, Running);

        Assert.Equal(2, _read);
        canEnd.Release();
        await GetAsync(listings, _store);
        Assert.Equal(3, _read);
    }

    [Fact]
    public async Task A_request_that_leaves_while_it_waits_takes_no_turn()
    {
        using var canEnd = new SemaphoreSlim(0);
        using var leaves = new CancellationTokenSource();
        var begun = new TaskCompletionSource();
        var listings = Listings(() =>
        {
            begun.TrySetResult();
            canEnd.Wait(Patience, Running);
        });
        var first = Task.Run(() => GetAsync(listings, _store), Running);
        await begun.Task.WaitAsync(Patience, Running);
        var waits = listings.GetAsync(FilesOf(_store), leaves.Token).AsTask();

        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waits);
        canEnd.Release();

        Assert.Same(await first, await GetAsync(listings, _store));
    }

    [Fact]
    public async Task Listings_take_a_set_amount_of_memory_at_most_and_the_one_used_last_stays()
    {
        var (second, third) = (_storage.Store("second"), _storage.Store("third"));
        second.Write("a.json");
        third.Write("a.json");
        var size = (await GetAsync(Listings(), _store)).Bytes;
        var listings = Listings(maxBytes: 2 * size);
        _clock.Advance(TimeSpan.FromHours(1));
        _read = 0;

        foreach (var store in new[] { _store, second, _store, third })
            await GetAsync(listings, store);
        Assert.Equal(3, _read);

        await GetAsync(listings, _store);
        await GetAsync(listings, third);
        Assert.Equal(3, _read);

        await GetAsync(listings, second);
        Assert.Equal(4, _read);
    }

    [Fact]
    public async Task A_folder_that_is_gone_has_an_empty_listing_and_one_that_comes_back_is_listed()
    {
        var listings = Listings();
        await GetAsync(listings, _store);

        Directory.Delete(_store.Path, recursive: true);
        Assert.Empty(Keys(await GetAsync(listings, _store)));

        _storage.Store("default").Write("b.json");
        Assert.Equal(["b"], Keys(await GetAsync(listings, _store)));
    }

    [Fact]
    public async Task A_listing_that_fails_is_tried_again_by_the_next_request()
    {
        var fails = true;
        var listings = Listings(() =>
        {
            if (fails)
                throw new IOException("It cannot be listed.");
        });
        await Assert.ThrowsAsync<IOException>(() => GetAsync(listings, _store));

        fails = false;

        Assert.Equal(["a"], Keys(await GetAsync(listings, _store)));
    }

    private static string[] Keys(StoreListing listing) => [.. listing.Records.ToArray().Select(record => record.Key.Text)];

    private static DateTimeOffset ChangeOf(StoreFolder store) =>
        DateTimeOffset.UnixEpoch.AddTicks(FileStatus.OfFolder(store.Path)!.Value.Stamp.Changed / TimeSpan.NanosecondsPerTick);

    private static Task<StoreListing> GetAsync(StoreListings listings, StoreFolder store) => listings.GetAsync(FilesOf(store), Running).AsTask();

    private static StoreFiles FilesOf(StoreFolder store) =>
        new(new Stores.Store { Id = "", Location = store.Path, Owner = StorageFolder.Owner }, Path.GetDirectoryName(store.Path)!);

    private StoreListings Listings(Action? meanwhile = null, long maxBytes = StoreListings.MaxBytes) => new(
        (files, before) =>
        {
            Interlocked.Increment(ref _read);
            meanwhile?.Invoke();
            return StoreListing.Read(files, new InputKeys(null), before, _storage.Events);
        },
        _clock,
        maxBytes);
}
