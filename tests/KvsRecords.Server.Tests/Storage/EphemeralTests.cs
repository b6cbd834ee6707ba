using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace KvsRecords.Server.Tests;

/// <summary>Stores that are not kept: in a temporary folder, which goes with the process or with the next one.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class EphemeralTests : IDisposable
{
    private static readonly string[] Arguments = ["--ephemeral", "--port", "0"];

    private readonly StorageFolder _temp = new();

    private IEnumerable<string> Folders => Directory.EnumerateDirectories(_temp.Path, "kvs-records-ephemeral-*");

    [Fact]
    public async Task The_folder_is_there_while_it_runs_and_gone_at_the_end()
    {
        await using var server = await StartAsync();
        Assert.Single(Folders);
        var lines = await Eventually.HoldsAsync(() => server.Output, lines => lines.Count > 1);
        Assert.Equal("Keeping stores in a temporary folder, which is removed at the end", lines[1]);

        server.Signal(PosixSignal.SIGTERM);

        Assert.Equal(0, await server.ExitAsync());
        Assert.Empty(Folders);
    }

    [Fact]
    public async Task What_a_killed_process_left_is_removed_by_the_next_one_and_what_another_uses_is_not()
    {
        await using var running = await StartAsync();
        var used = Assert.Single(Folders);
        await using var killed = await StartAsync();
        var left = Assert.Single(Folders, folder => folder != used);
        await killed.KillAsync();
        Assert.True(Directory.Exists(left));

        await using var next = await StartAsync();

        Assert.False(Directory.Exists(left));
        Assert.True(Directory.Exists(used));
        Assert.Equal(200, await StatusOfHealthAsync(running));
    }

    [Fact]
    public async Task What_has_another_name_or_no_storage_in_it_is_left_alone()
    {
        var other = Directory.CreateDirectory(Path.Join(_temp.Path, "kvs-records-mine")).FullName;
        var empty = Directory.CreateDirectory(Path.Join(_temp.Path, "kvs-records-ephemeral-begins")).FullName;

        await using var server = await StartAsync();

        Assert.True(Directory.Exists(other));
        Assert.True(Directory.Exists(empty));
    }

    [Fact]
    public async Task What_others_may_have_prepared_is_left_alone()
    {
        var mine = Directory.CreateDirectory(Path.Join(_temp.Path, "documents")).FullName;
        foreach (var name in (string[])["lock", "records.db", "thesis.txt"])
            await File.WriteAllTextAsync(Path.Join(mine, name), "years", TestContext.Current.CancellationToken);
        Directory.CreateSymbolicLink(Path.Join(_temp.Path, "kvs-records-ephemeral-link"), mine);
        var open = Directory.CreateDirectory(Path.Join(_temp.Path, "kvs-records-ephemeral-open")).FullName;
        await File.WriteAllTextAsync(Path.Join(open, "lock"), "", TestContext.Current.CancellationToken);
        File.SetUnixFileMode(open, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.OtherWrite);

        await using var server = await StartAsync();

        Assert.Equal(3, Directory.EnumerateFiles(mine).Count());
        Assert.True(File.Exists(Path.Join(open, "lock")));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("file")]
    public async Task Without_a_usable_temporary_folder_it_says_which_one_and_how_to_name_another(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows takes another folder by itself.");
        var temporary = Path.Join(_temp.Path, name);
        await File.WriteAllTextAsync(Path.Join(_temp.Path, "file"), "", TestContext.Current.CancellationToken);

        var (exitCode, output, error) = await ServerProcess.RunAsync(Arguments, new Dictionary<string, string> { ["TMPDIR"] = temporary });

        Assert.Equal((1, ""), (exitCode, output));
        Assert.StartsWith($"kvs-records: The folder for temporary files, {temporary}/, cannot be written to (", error, StringComparison.Ordinal);
        Assert.EndsWith("); set TMPDIR to name another folder", error.TrimEnd(), StringComparison.Ordinal);
    }

    public void Dispose() => _temp.Dispose();

    private Task<ServerProcess> StartAsync() =>
        ServerProcess.StartAsync(Arguments, new Dictionary<string, string> { [OperatingSystem.IsWindows() ? "TMP" : "TMPDIR"] = _temp.Path });

    private static async Task<int> StatusOfHealthAsync(ServerProcess server)
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(server.Address, "/_emulator/health"), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }
}
