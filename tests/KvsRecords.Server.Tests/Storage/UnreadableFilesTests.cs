using System.Diagnostics;
using System.Net.Http.Json;
using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KvsRecords.Server.Tests;

/// <summary>
/// Files that the server may not read. As root it runs as another user, since root reads everything; as another user it meets files of
/// its own that have no permissions.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class UnreadableFilesTests : IDisposable
{
    private const string OtherUser = "12345";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode All = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly bool IsRoot = Environment.IsPrivilegedProcess;

    private readonly StorageFolder _folder = new();

    private static UnixFileMode Closed => IsRoot ? OwnerOnly : UnixFileMode.None;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task They_are_said_at_the_start_and_by_the_health_with_owner_mode_and_remedy_until_they_can_be_read()
    {
        string[] files = [Add("INPUT.json", Closed), Add("OUTPUT.json", Closed)];
        Add("open.json", All);
        await using var server = await StartAsync();
        using var client = Client(server);

        var sentence = IsRoot
            ? "2 files of the storage folder cannot be read: they belong to user 0 with mode 0600, and this server runs as user 12345; "
                + "run the server as user 0 (a container with --user 0:0), or make them readable to others (chmod -R a+rX)"
            : $"2 files of the storage folder cannot be read: they belong to user {Id("-u")} with mode 0000, and this server runs as user {Id("-u")}; "
                + "make them readable (chmod -R u+rX)";
        Assert.Equal([sentence], await WarningsAsync(client));
        await Eventually.HoldsAsync(() => server.Log, log => log.Contains($"{sentence}. The first is {Path.GetDirectoryName(files[0])}", StringComparison.Ordinal));

        Array.ForEach(files, file => File.SetUnixFileMode(file, All));
        await Eventually.HoldsAsync(() => WarningsAsync(client).GetAwaiter().GetResult(), warnings => warnings.Length == 0);
    }

    [Theory]
    [InlineData("")]
    [InlineData("/INPUT")]
    public async Task Before_the_first_byte_a_download_is_500_and_the_log_has_the_cause_in_one_line(string record)
    {
        var file = Add("INPUT.json", Closed);
        await using var server = await StartAsync();
        using var client = Client(server);

        using var response = await client.GetAsync($"/v2/key-value-stores/dev~my-store/records{record}", Running);

        await Errors.AssertErrorAsync(response, 500, "internal-error");
        Assert.Null(response.Content.Headers.ContentDisposition);
        var denied = $"Access to the path '{file}' is denied.";
        var log = await Eventually.HoldsAsync(() => server.Log, log => log.Contains(denied, StringComparison.Ordinal));
        Assert.Single(Regex.Matches(log, Regex.Escape(denied)));
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task After_the_first_byte_the_connection_breaks_and_the_log_has_the_cause_in_one_line()
    {
        for (var i = 0; i < 50; i++)
        {
            var file = Add($"record-{i:D2}.bin", All);
            await File.WriteAllBytesAsync(file, new byte[1_000_000], Running);
        }

        var last = Add("record-50.bin", Closed);
        await using var server = await StartAsync();
        using var client = Client(server);
        using var response = await client.GetAsync("/v2/key-value-stores/dev~my-store/records", HttpCompletionOption.ResponseHeadersRead, Running);

        Assert.Equal(200, (int)response.StatusCode);
        await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync(Running));
        var log = await Eventually.HoldsAsync(() => server.Log, log => log.Contains("(broken off)", StringComparison.Ordinal));
        Assert.Contains($"the storage failed: The record 'record-50' cannot be read: Access to the path '{last}' is denied.", log, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_store_whose_folder_cannot_be_read_is_said_and_its_keys_are_500()
    {
        var folder = Path.GetDirectoryName(Add("a.json", All))!;
        File.SetUnixFileMode(folder, IsRoot ? OwnerOnly | UnixFileMode.UserExecute : UnixFileMode.None);
        try
        {
            await using var server = await StartAsync();
            using var client = Client(server);

            var warning = Assert.Single(await WarningsAsync(client));
            using var keys = await client.GetAsync("/v2/key-value-stores/dev~my-store/keys", Running);

            Assert.StartsWith("1 folder of the storage folder cannot be read: it belongs to user ", warning, StringComparison.Ordinal);
            await Errors.AssertErrorAsync(keys, 500, "internal-error");
            Assert.DoesNotContain("   at ", server.Log, StringComparison.Ordinal);
        }
        finally
        {
            File.SetUnixFileMode(folder, All | UnixFileMode.UserExecute);
        }
    }

    public void Dispose() => _folder.Dispose();

    private static HttpClient Client(ServerProcess server) => new()
    {
        BaseAddress = server.Address,
        DefaultRequestHeaders = { Authorization = new("Bearer", RunningServer.DevelopmentToken) },
    };

    private static async Task<string[]> WarningsAsync(HttpClient client)
    {
        using var response = await client.GetAsync("/_emulator/health", Running);
        Assert.Equal(200, (int)response.StatusCode);
        var data = (await response.Content.ReadFromJsonAsync<JsonElement>(Running)).GetProperty("data");
        Assert.Equal("Healthy", data.GetProperty("status").GetString());
        return [.. data.GetProperty("warnings").EnumerateArray().Select(warning => warning.GetString()!)];
    }

    private static string Id(string what)
    {
        using var process = Process.Start(new ProcessStartInfo("id", what) { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd().Trim();
    }

    private string Add(string fileName, UnixFileMode mode)
    {
        var file = _folder.Add("my-store", fileName, "{}"u8);
        File.SetUnixFileMode(file, mode);
        File.SetUnixFileMode(_folder.Path, (UnixFileMode)0b111_101_101);
        return file;
    }

    private Task<ServerProcess> StartAsync()
    {
        string[] arguments = ["--storage", _folder.Path, "--port", "0"];
        if (!IsRoot)
            return ServerProcess.StartAsync(arguments);

        Required.Program("setpriv");
        string[] another = ["setpriv", "--reuid", OtherUser, "--regid", OtherUser, "--clear-groups"];
        using var asks = Process.Start(another[0], [.. another[1..], "test", "-x", ServerProcess.Executable])!;
        asks.WaitForExit();
        Assert.SkipUnless(asks.ExitCode == 0, $"Another user cannot run {ServerProcess.Executable}: a folder above it is closed to others.");
        return ServerProcess.StartAsync(arguments, through: another);
    }
}
