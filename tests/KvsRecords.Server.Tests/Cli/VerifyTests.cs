using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary><c>kvs-records verify</c>: 0 when everything is as it was written, else 1 and a line for each damage.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly StorageFolder _folder = StorageFolder.WithNastyStore();

    private string Data => Path.Join(_folder.Path, "data");

    [Fact]
    public async Task A_storage_that_is_whole_ends_it_with_0()
    {
        await FillAsync();

        var (exitCode, output, _) = await ServerProcess.RunAsync(["verify", "--data", Data]);

        Assert.Equal((0, $"The storage in {Data} is whole: 8 records"), (exitCode, output.Trim()));
    }

    [Fact]
    public async Task Each_damage_is_named_with_store_key_place_and_reason_and_ends_it_with_1()
    {
        await FillAsync();
        var body = Assert.Single(Directory.EnumerateFiles(Path.Join(Data, "bodies")));
        var bytes = await File.ReadAllBytesAsync(body, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(body, bytes, TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await ServerProcess.RunAsync(["verify"], new Dictionary<string, string> { ["KVSRECORDS_DATA"] = Data });

        Assert.Equal(1, exitCode);
        var lines = output.Trim().Split('\n');
        Assert.Equal(2, lines.Length);
        Assert.StartsWith("dev~big: the record 'it's big': The record is damaged: ", lines[0], StringComparison.Ordinal);
        Assert.EndsWith($"({body})", lines[0], StringComparison.Ordinal);
        Assert.Equal($"The storage in {Data} is damaged in 1 place: 8 records read", lines[1]);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--data nowhere", "There is no storage in ")]
    [InlineData("--storage .", "--storage")]
    public async Task A_missing_storage_is_reported(string flags, string message)
    {
        var (exitCode, output, error) = await ServerProcess.RunAsync(["verify", .. flags.Split(' ')], currentFolder: _folder.Path);

        Assert.NotEqual(0, exitCode);
        Assert.Equal("", output);
        Assert.Contains(message, error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(Path.Join(_folder.Path, "nowhere")));
    }

    public void Dispose() => _folder.Dispose();

    private async Task FillAsync()
    {
        var value = RandomBytes.Of(100_000);
        _folder.Add("big", "it's big.bin", value);
        await using var own = await OwnStores.OpenAsync(null, (Setting.Data, Data), (Setting.Seed, _folder.Path));
    }
}
