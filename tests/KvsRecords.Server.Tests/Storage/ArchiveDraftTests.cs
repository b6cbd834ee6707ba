using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Archives;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Extensions.DependencyInjection;

namespace KvsRecords.Server.Tests;

/// <summary>Archives that are being written while their store, the cache or the folder changes.</summary>
public sealed class ArchiveDraftTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_folder_renamed_after_its_listing_is_no_whole_empty_archive()
    {
        for (var i = 0; i < 10; i++)
            _folder.Add("a", $"key-{i}.png", RandomBytes.Of(10_000, seed: i));
        await using var server = await LiveServer.StartAsync(_folder);
        var reader = server.Services.GetRequiredService<IStoreReader>();
        var store = (await reader.ListAsync(Running)).Single();
        await using var snapshot = await reader.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        var at = Path.Join(_folder.Path, "key_value_stores", "a");
        Directory.Move(at, at + "-moved");

        Exception? fault = null;
        var (records, version) = (-1, (string?)null);
        try
        {
            version = (await snapshot.ReadStateAsync(Running)).Version;
            records = await new StreamedArchive(PipeWriter.Create(Stream.Null)).WriteAsync(snapshot, Running);
        }
        catch (IOException e)
        {
            fault = e;
        }

        Assert.True(fault is not null, $"no fault; version {version}, {records} records in a whole archive");
    }

    [Fact]
    public async Task What_is_being_made_is_not_kept_after_its_store_was_deleted()
    {
        _folder.Add("a", "k.txt", "x"u8);
        await using var server = await LiveServer.StartAsync(_folder);
        var store = (await server.Services.GetRequiredService<IStoreReader>().ListAsync(Running)).Single();
        var name = new ArchiveName(store.Location, "", "\"t\"");
        using var draft = server.Archives.Begin(name, expected: 100)!;
        draft.Write(new byte[100]);
        server.Archives.Forget(store);
        server.Archives.Reset();
        draft.Keep(0);
        Assert.Equal(0, server.Archives.Bytes);
    }

    [Fact]
    public async Task Http_what_is_being_made_is_not_kept_after_its_store_was_deleted()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.RateLimit, "off"));
        var store = await server.CreateAsync();
        await Parallel.ForAsync(0, 3000, Running, async (i, _) =>
            (await server.SendAsync(HttpMethod.Put, $"{store}/records/key-{i:D4}", OwnServer.Body(RandomBytes.Of(4000, seed: i), "image/png"))).Dispose());
        using (var first = await server.Client.GetAsync($"{store}/records?token={RunningServer.DevelopmentToken}", Running))
            Assert.Equal(200, (int)first.StatusCode);
        using var second = await server.Client.GetAsync($"{store}/records?token={RunningServer.DevelopmentToken}", HttpCompletionOption.ResponseHeadersRead, Running);
        Assert.NotEqual(0, server.Archives.Bytes);
        using var deleted = await server.SendAsync(HttpMethod.Delete, store);
        Assert.Equal(204, (int)deleted.StatusCode);
        var bytes = await second.Content.ReadAsByteArrayAsync(Running);
        Assert.Equal(second.Content.Headers.ContentLength, bytes.Length);
        await Eventually.HoldsAsync(() => server.Archives.Bytes, kept => kept == 0);
    }

    [Fact]
    public async Task Those_who_wait_for_an_archive_that_cannot_be_kept_do_not_all_make_it_again()
    {
        _folder.Add("a", "k.txt", "x"u8);
        await using var server = await LiveServer.StartAsync(_folder);
        var made = 0;
        await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => server.Archives.OpenOrMakeAsync(
            new ArchiveName("s", "", "\"t\""), async draft => { Interlocked.Increment(ref made); await Task.Delay(100, Running); }, Running))));
        Assert.InRange(made, 1, 2);
    }

    [Fact]
    public async Task A_slow_client_does_not_stop_the_keeping_for_others()
    {
        _folder.Add("a", "k.txt", "x"u8);
        await using var server = await LiveServer.StartAsync(_folder);
        var name = new ArchiveName("s", "", "\"t\"");
        using var slow = server.Archives.Begin(name, expected: 100);
        using var next = server.Archives.Begin(name, expected: 100);
        next!.Write(new byte[100]);
        next.Keep(0);
        using (var kept = server.Archives.Open(name))
            Assert.Equal(100, kept!.Length);

        slow!.Write(new byte[100]);
        slow.Keep(0);
        Assert.Equal(100, server.Archives.Bytes);
    }

    [Fact]
    public async Task An_earlier_version_goes_when_the_next_one_is_kept()
    {
        _folder.Add("a", "k.txt", "x"u8);
        await using var server = await LiveServer.StartAsync(_folder);
        var (first, _) = await server.DownloadAsync("dev~a");
        Assert.Equal(first.Length, server.Archives.Bytes);
        _folder.Add("a", "another.txt", "x"u8);
        var (second, _) = await server.DownloadAsync("dev~a");
        Assert.Equal(second.Length, server.Archives.Bytes);
    }

    [Fact]
    public async Task A_large_draft_that_cannot_fit_leaves_what_is_kept()
    {
        for (var i = 0; i < 10; i++)
            _folder.Add("a", $"key-{i}.png", RandomBytes.Of(10_000, seed: i));
        for (var i = 0; i < 50; i++)
            _folder.Add("b", $"key-{i}.png", RandomBytes.Of(10_000, seed: i));
        await using var server = await LiveServer.StartAsync(_folder, flags: (Setting.ArchiveCache, "300kB"));
        await server.DownloadAsync("dev~a");
        Assert.NotEqual(0, server.Archives.Bytes);
        await server.DownloadAsync("dev~b");
        Assert.NotEqual(0, server.Archives.Bytes);
    }
}
