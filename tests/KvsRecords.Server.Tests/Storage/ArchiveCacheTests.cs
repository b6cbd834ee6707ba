using KvsRecords.Server.Settings;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Server.Tests;

/// <summary>Finished archives are kept within their bounds, and leave nothing behind.</summary>
public sealed class ArchiveCacheTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_least_recently_used_goes_first()
    {
        AddStores("a", "b", "c");
        await using var server = await LiveServer.StartAsync(_folder, flags: (Setting.ArchiveCache, "250kB"));
        foreach (var store in new[] { "dev~a", "dev~b", "dev~a", "dev~c" })
            await server.DownloadAsync(store);

        Assert.InRange(server.Archives.Bytes, 200_000, 250_000);
        Assert.True(await IsKeptAsync(server, "dev~a"));
        Assert.False(await IsKeptAsync(server, "dev~b"));
        Assert.True(await IsKeptAsync(server, "dev~c"));
    }

    [Fact]
    public async Task An_archive_that_does_not_fit_is_sent_whole_and_not_kept()
    {
        AddStores("a");
        await using var server = await LiveServer.StartAsync(_folder, flags: (Setting.ArchiveCache, "50kB"));
        var (bytes, _) = await server.DownloadAsync("dev~a");
        using var range = await server.SendAsync(HttpMethod.Get, "dev~a", ("Range", "bytes=10-"));

        Assert.True(bytes.Length > 50_000);
        Assert.Equal(200, (int)range.StatusCode);
        Assert.Equal(bytes, await range.Content.ReadAsByteArrayAsync(Running));
        Assert.Equal(0, server.Archives.Bytes);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_the_keeping()
    {
        for (var i = 0; i < 40; i++)
            _folder.Add("large", $"key-{i:D2}.png", RandomBytes.Of(1_000_000, seed: i));
        await using var server = await LiveServer.StartAsync(_folder);
        using (var response = await server.SendAsync(HttpMethod.Get, "dev~large"))
            Assert.Equal(200, (int)response.StatusCode);

        await Eventually.HoldsAsync(() => server.Archives.Bytes, bytes => bytes == 0);
        Assert.False(await IsKeptAsync(server, "dev~large"));
    }

    [Fact]
    public async Task Several_requests_for_ranges_at_once_make_it_once()
    {
        AddStores("a");
        await using var server = await LiveServer.StartAsync(_folder);
        var parts = await Task.WhenAll(Enumerable.Range(0, 8).Select(async i =>
        {
            using var part = await server.SendAsync(HttpMethod.Get, "dev~a", ("Range", $"bytes={i * 1000}-{(i * 1000) + 999}"));
            Assert.Equal(206, (int)part.StatusCode);
            return await part.Content.ReadAsByteArrayAsync(Running);
        }));
        var (bytes, _) = await server.DownloadAsync("dev~a");

        Assert.Equal(bytes[..8000], parts.SelectMany(part => part));
        Assert.Equal(bytes.Length, server.Archives.Bytes);
    }

    [Fact]
    public async Task An_archive_that_is_erased_while_it_is_sent_is_sent_to_its_end()
    {
        for (var i = 0; i < 40; i++)
            _folder.Add("large", $"key-{i:D2}.png", RandomBytes.Of(1_000_000, seed: i));
        await using var server = await LiveServer.StartAsync(_folder);
        var (bytes, _) = await server.DownloadAsync("dev~large");
        using var second = await server.SendAsync(HttpMethod.Get, "dev~large");
        Assert.Equal(bytes.Length, second.Content.Headers.ContentLength);

        Assert.True(server.Archives.Clear());
        Assert.Equal(bytes, await second.Content.ReadAsByteArrayAsync(Running));
        await Eventually.HoldsAsync(() => server.Archives.Bytes, left => left == 0);
    }

    [Theory]
    [InlineData(-100, 100)]
    [InlineData(-1, 1)]
    [InlineData(-22, 1)]
    public async Task A_damaged_file_is_made_anew(int from, int length)
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Only Linux shows the files that a process has open.");
        AddStores("a");
        await using var server = await LiveServer.StartAsync(_folder);
        var (bytes, tag) = await server.DownloadAsync("dev~a");
        Damage(bytes.Length, file => RandomAccess.Write(file, new byte[length].Select(_ => (byte)0xA5).ToArray(), bytes.Length + from));

        Assert.Equal((bytes, tag), await server.DownloadAsync("dev~a"), SameArchive);
        Assert.Equal((bytes, tag), await server.DownloadAsync("dev~a"), SameArchive);
    }

    [Fact]
    public async Task A_short_file_is_made_anew()
    {
        if (!OperatingSystem.IsLinux())
            Assert.Skip("Only Linux shows the files that a process has open.");
        AddStores("a");
        await using var server = await LiveServer.StartAsync(_folder);
        var (bytes, tag) = await server.DownloadAsync("dev~a");
        Damage(bytes.Length, file => RandomAccess.SetLength(file, bytes.Length - 1));

        Assert.Equal((bytes, tag), await server.DownloadAsync("dev~a"), SameArchive);
    }

    [Fact]
    public async Task Many_small_records_of_a_managed_store_are_kept_from_the_second_download_on()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        await Parallel.ForAsync(0, 1000, Running, async (i, _) => await server.PutAsync(store, $"key-{i:D4}", $"value {i}"));
        var archives = new List<byte[]>();
        for (var i = 0; i < 3; i++)
        {
            using var whole = await server.GetAsync($"{store}/records");
            archives.Add(await whole.Content.ReadAsByteArrayAsync(Running));
            Assert.Equal(archives[0].Length, whole.Content.Headers.ContentLength);
            Assert.Equal(i == 0 ? 0 : archives[0].Length, server.Archives.Bytes);
        }

        Assert.Equal(archives[0], archives[1]);
        Assert.Equal(archives[0], archives[2]);
        using var part = await server.SendAsync(HttpMethod.Get, $"{store}/records", headers: ("Range", "bytes=777-1776"));
        Assert.Equal(archives[0][777..1777], await part.Content.ReadAsByteArrayAsync(Running));

        await server.PutAsync(store, "key-0500", "changed");
        Assert.Contains("changed", System.Text.Encoding.UTF8.GetString(await server.Client.GetByteArrayAsync($"{store}/records?token={RunningServer.DevelopmentToken}", Running)));

        using var deleted = await server.SendAsync(HttpMethod.Delete, store);
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Equal(0, server.Archives.Bytes);
    }

    [Fact]
    public async Task A_reset_erases_everything()
    {
        AddStores("a");
        await using var server = await LiveServer.StartAsync(_folder);
        await server.DownloadAsync("dev~a");
        Assert.NotEqual(0, server.Archives.Bytes);

        server.Archives.Reset();
        Assert.Equal(0, server.Archives.Bytes);
        Assert.False(await IsKeptAsync(server, "dev~a"));
    }

    [Fact]
    public async Task Kept_archives_lie_in_the_users_cache_folder_without_a_name()
    {
        AddStores("a");
        var caches = Path.Join(_folder.Path, "caches");
        await using var server = await StartProcessAsync(("XDG_CACHE_HOME", caches));
        Assert.True(await IsKeptAfterDownloadAsync(server));

        var folder = Assert.Single(Directory.GetFileSystemEntries(caches));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
        Assert.Equal("kvs-records", Path.GetFileName(folder));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));

        // As a process leaves it that is killed in the moment in which a file has a name.
        File.WriteAllText(Path.Join(folder, "kvs-records-archive-killed.new"), "left behind");
        await using var next = await StartProcessAsync(("XDG_CACHE_HOME", caches));
        Assert.True(await IsKeptAfterDownloadAsync(next));
        Assert.Empty(Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task Where_no_folder_can_be_written_to_the_log_says_so_once_and_archives_are_sent()
    {
        AddStores("a");
        var noFolder = Path.Join(_folder.Path, "key_value_stores", "a", "key-0.png");
        await using var server = await StartProcessAsync(("XDG_CACHE_HOME", noFolder), ("TMPDIR", noFolder));
        Assert.False(await IsKeptAfterDownloadAsync(server));
        Assert.False(await IsKeptAfterDownloadAsync(server));

        await Eventually.HoldsAsync(() => server.Log, log => log.Contains("Archives are not kept", StringComparison.Ordinal));
        Assert.Single(server.Log.Split("Archives are not kept")[1..]);
    }

    public void Dispose() => _folder.Dispose();

    private static bool SameArchive((byte[] Bytes, string? Tag) one, (byte[] Bytes, string? Tag) other) =>
        one.Tag == other.Tag && one.Bytes.AsSpan().SequenceEqual(other.Bytes);

    // About 100 kB each.
    private void AddStores(params string[] names)
    {
        foreach (var name in names)
        {
            for (var i = 0; i < 10; i++)
                _folder.Add(name, $"key-{i}.png", RandomBytes.Of(10_000, seed: i));
        }
    }

    private static async Task<bool> IsKeptAsync(LiveServer server, string store)
    {
        using var head = await server.SendAsync(HttpMethod.Head, store);
        return head.Content.Headers.ContentLength is not null;
    }

    private Task<ServerProcess> StartProcessAsync(params (string Name, string Value)[] environment) => ServerProcess.StartAsync(
        ["--storage", _folder.Path, "--port", "0"], environment.ToDictionary(variable => variable.Name, variable => variable.Value));

    // Its clock is the real one: the files must have settled first.
    private static async Task<bool> IsKeptAfterDownloadAsync(ServerProcess server)
    {
        using var client = new HttpClient();
        var url = new Uri(server.Address, $"/v2/key-value-stores/dev~a/records?token={RunningServer.DevelopmentToken}");
        for (var tries = 0; ; tries++)
        {
            using var first = await client.GetAsync(url, Running);
            Assert.Equal(200, (int)first.StatusCode);
            if (first.Headers.ETag is not null)
                break;
            Assert.True(tries < 100, "It does not settle.");
            await Task.Delay(100, Running);
        }

        using var second = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, Running);
        return second.Content.Headers.ContentLength is not null;
    }

    // A file without a name can still be reached by the process that has it open. Others of the same length are other tests'.
    private static void Damage(long length, Action<SafeFileHandle> damage)
    {
        var damaged = 0;
        foreach (var link in Directory.GetFiles("/proc/self/fd"))
        {
            try
            {
                if (File.ResolveLinkTarget(link, returnFinalTarget: false)?.FullName.EndsWith(".new (deleted)", StringComparison.Ordinal) != true)
                    continue;
                using var file = File.OpenHandle(link, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
                if (RandomAccess.GetLength(file) != length)
                    continue;
                damage(file);
                damaged++;
            }
            catch (IOException)
            {
                // Closed meanwhile.
            }
        }

        Assert.NotEqual(0, damaged);
    }
}
