using System.Diagnostics;
using System.Runtime.InteropServices;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>What a client gets when the medium fails, and what the log says of it.</summary>
public sealed class StorageFaultTests
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task On_a_full_disk_a_write_is_500_and_the_store_stays_whole_and_usable()
    {
        using var disk = SmallDisk.Mount(megabytes: 64);
        await using var server = await OwnServer.StartAsync(flags: (Setting.Data, Path.Join(disk.Path, "data")));
        var store = await server.CreateAsync();
        var written = new Dictionary<string, byte[]>();
        HttpResponseMessage? refused = null;
        for (var i = 0; refused is null && i < 1000; i++)
        {
            var value = RandomBytes.Of(i % 2 == 0 ? 300_000 : 3_000, seed: i);
            var response = await server.SendAsync(HttpMethod.Put, $"{store}/records/key-{i:D4}", OwnServer.Body(value, "image/png"));
            if ((int)response.StatusCode == 201)
                written.Add($"key-{i:D4}", value);
            else
                refused = response;
        }

        Assert.True(written.Count > 10);
        await Errors.AssertErrorAsync(refused!, 500, "internal-error");
        await AssertHoldsAsync(server, store, written);

        File.Delete(disk.Ballast);
        await server.PutAsync(store, "key-after", "there is room again", "text/plain");
        written.Add("key-after", "there is room again"u8.ToArray());
        await AssertHoldsAsync(server, store, written);
    }

    [Fact]
    public async Task A_start_on_a_full_disk_leaves_no_temporary_folder()
    {
        using var disk = SmallDisk.Mount(megabytes: 64);
        disk.Fill();

        var (exitCode, _, error) = await ServerProcess.RunAsync(
            ["--ephemeral", "--port", "0"], new Dictionary<string, string> { ["TMPDIR"] = disk.Path });

        Assert.Equal(1, exitCode);
        Assert.Contains("cannot be opened", error, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateDirectories(disk.Path));
    }

    [Fact]
    public async Task On_a_full_disk_kept_archives_give_way_to_a_deletion()
    {
        using var disk = SmallDisk.Mount(megabytes: 200);
        await using var server = await OwnServer.StartAsync(flags: (Setting.Data, Path.Join(disk.Path, "data")));
        var store = await server.CreateAsync();
        await Parallel.ForAsync(0, 1000, Running, async (i, _) =>
            (await server.SendAsync(HttpMethod.Put, $"{store}/records/key-{i:D4}", OwnServer.Body(RandomBytes.Of(4000, seed: i), "image/png"))).Dispose());
        for (var i = 0; i < 2; i++)
            Assert.NotEmpty(await server.Client.GetByteArrayAsync($"{store}/records?token={RunningServer.DevelopmentToken}", Running));
        Assert.NotEqual(0, server.Archives.Bytes);

        disk.Fill();
        using var deleted = await server.SendAsync(HttpMethod.Delete, store);
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Equal(0, server.Archives.Bytes);
    }

    [Fact]
    public async Task A_damaged_record_is_named_in_the_log()
    {
        using var folder = new StorageFolder();
        var data = Path.Join(folder.Path, "data");
        await using var server = await ServerProcess.StartAsync(["--data", data, "--port", "0"]);
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningServer.DevelopmentToken);
        (await client.PostAsync("/v2/key-value-stores?name=shop", null, Running)).Dispose();
        var value = RandomBytes.Of(2_000_000);
        (await client.PutAsync("/v2/key-value-stores/~shop/records/picture.png", OwnServer.Body(value, "image/png"), Running)).Dispose();
        await using (var body = new FileStream(Directory.EnumerateFiles(Path.Join(data, "bodies")).Single(), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            body.Position = 1_000_000;
            body.WriteByte((byte)~value[1_000_000]);
        }

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.GetByteArrayAsync("/v2/key-value-stores/~shop/records/picture.png", Running));
        server.Signal(PosixSignal.SIGTERM);
        await server.ExitAsync();

        Assert.Contains("The record 'picture.png' of dev~shop cannot be read", server.Log, StringComparison.Ordinal);
        Assert.Contains("CRC-32", server.Log, StringComparison.Ordinal);
        Assert.Contains("(broken off)", server.Log, StringComparison.Ordinal);
    }

    private static async Task AssertHoldsAsync(OwnServer server, string store, Dictionary<string, byte[]> written)
    {
        using var response = await server.GetAsync($"{store}/records");
        var records = await RunningServer.ReadArchiveAsync(response);
        Assert.Equal(written.Keys.Order(StringComparer.Ordinal), records.Keys);
        Assert.All(written, record => Assert.Equal(record.Value, records[record.Key]));
    }

    /// <summary>A file system in memory, with a file that can be given up for room.</summary>
    private sealed class SmallDisk : IDisposable
    {
        // More than the storage keeps free for deleting.
        private SmallDisk(string path) => Path = path;

        public string Path { get; }

        public string Ballast => System.IO.Path.Join(Path, "ballast");

        public static SmallDisk Mount(int megabytes)
        {
            Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can mount a small disk.");
            var disk = new SmallDisk(Directory.CreateTempSubdirectory("kvs-records-small-").FullName);
            Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", disk.Path);
            File.WriteAllBytes(disk.Ballast, new byte[32_000_000]);
            return disk;
        }

        public void Fill()
        {
            using var file = new FileStream(System.IO.Path.Join(Path, "others"), FileMode.CreateNew);
            try
            {
                while (true)
                {
                    file.Write(new byte[4096]);
                    file.Flush();
                }
            }
            catch (IOException)
            {
                // It is full.
            }
        }

        public void Dispose()
        {
            Run("umount", Path);
            Directory.Delete(Path);
        }

        private static void Run(string program, params string[] arguments)
        {
            using var process = Process.Start(program, arguments);
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
        }
    }
}
