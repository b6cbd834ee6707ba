using System.IO.Compression;
using System.Runtime.InteropServices;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>A store that could not be loaded to its end is as if it had not been, and those before it stay.</summary>
public sealed class SeedFailureTests : IDisposable
{
    private readonly StorageFolder _folder = new();

    private string Data => Path.Join(_folder.Path, "data");

    [Fact]
    public async Task A_killed_process_leaves_nothing_of_the_store()
    {
        AddEndless();
        await using (var killed = await StartLoadingAsync())
            await killed.KillAsync();

        await AssertNothingIsLeftAsync();
    }

    [Theory]
    [InlineData(PosixSignal.SIGTERM)]
    [InlineData(PosixSignal.SIGINT)]
    public async Task A_signal_ends_it_with_1_and_leaves_nothing_of_the_store(PosixSignal signal)
    {
        AddEndless();
        await using var stopped = await StartLoadingAsync();

        stopped.Signal(signal);

        Assert.Equal(1, await stopped.ExitAsync());
        Assert.Contains("stopped before it was done", stopped.Log, StringComparison.Ordinal);
        Assert.Empty(stopped.Output);
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_file_that_cannot_be_read_to_its_end_is_named_and_nothing_of_its_store_is_left()
    {
        var file = AddEndless();
        _folder.Add("a-store-before", "a.txt", "a"u8);
        await using var server = await StartLoadingAsync();
        await Eventually.HoldsAsync(() => Files.Written(Path.Join(Data, "bodies")), written => written > 0);

        using (var shrunk = File.OpenWrite(file))
            shrunk.SetLength(0);

        Assert.Equal(1, await server.ExitAsync());
        Assert.Contains($"{Path.GetDirectoryName(file)}: the record 'endless' cannot be read: The record ends after ", server.Log, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync("a-store-before");
    }

    [Fact]
    public async Task A_damaged_archive_is_named_with_the_file_and_nothing_of_its_store_is_left()
    {
        var path = Path.Join(_folder.Path, "damaged.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
        {
            for (var i = 0; i < 50; i++)
            {
                using var body = zip.CreateEntry($"file-{i}", CompressionLevel.NoCompression).Open();
                body.Write(new byte[1000]);
            }
        }

        // A byte of the value of file-25 or its neighbour: the names and the structure stay whole.
        var bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        var damaged = bytes.AsSpan().IndexOf("file-25"u8) + 500;
        bytes[damaged] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await ServerProcess.RunAsync(["--data", Data, "--seed", path, "--port", "0"]);

        Assert.Equal((1, ""), (exitCode, output));
        Assert.Contains($"{path}: 'file-25' cannot be read: its bytes are damaged", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task Half_an_archive_is_named_and_nothing_of_its_store_is_left()
    {
        var path = Path.Join(_folder.Path, "half.zip");
        using (var zip = ZipFile.Open(path, ZipArchiveMode.Create))
            zip.CreateEntry("a");
        using (var file = File.OpenWrite(path))
            file.SetLength(file.Length / 2);

        var (exitCode, _, error) = await ServerProcess.RunAsync(["--data", Data, "--seed", path, "--port", "0"]);

        Assert.Equal(1, exitCode);
        Assert.Contains($"{path} cannot be read: ", error, StringComparison.Ordinal);
        await AssertNothingIsLeftAsync();
    }

    public void Dispose() => _folder.Dispose();

    // So long that it takes longer to load than to stop it; without taking any room.
    private string AddEndless()
    {
        var path = _folder.Add("endless", "endless.bin", []);
        using var file = File.OpenWrite(path);
        file.SetLength(100L << 30);
        return path;
    }

    private Task<ServerProcess> StartLoadingAsync() =>
        ServerProcess.StartUntilAsync("Loading the store dev~endless", ["--data", Data, "--seed", _folder.Path, "--port", "0"]);

    private async Task AssertNothingIsLeftAsync(params string[] butFor)
    {
        await using var own = await OwnStores.OpenAsync(null, (Setting.Data, Data));
        Assert.Equal(butFor, (await own.Stores.ListAsync(TestContext.Current.CancellationToken)).Select(store => store.Name));
        Assert.Empty(Directory.EnumerateFiles(Path.Join(Data, "bodies")));
    }
}
