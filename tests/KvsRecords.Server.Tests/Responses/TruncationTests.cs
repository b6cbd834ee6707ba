using System.IO.Compression;
using System.Net;
using CliWrap;
using CliWrap.Buffered;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KvsRecords.Server.Tests;

/// <summary>A fault after the first byte breaks the connection: no client takes a short archive for a whole one.</summary>
public sealed class TruncationTests
{
    private const string Url = $"/v2/key-value-stores/{FailingStore.Id}/records?token={RunningServer.DevelopmentToken}";
    private const int CurlPartialFile = 18;
    private const int CurlReceiveError = 56;
    private const int CurlHttp2StreamError = 92;

    // Six records of 150,000 bytes. The beginning of a record, 65,536 bytes, is read in 7 pieces, the rest in 9 or more: the first
    // failure is in the second record, after the first is on its way, and the last one at the end of the last record.
    private const int LastPoint = 96;

    public static TheoryData<int> Points => [.. Enumerable.Range(17, LastPoint - 16).Where(point => point % 7 == 0 || point > LastPoint - 3)];

    [Theory]
    [MemberData(nameof(Points))]
    public async Task HttpClient_reports_a_broken_archive_over_HTTP_1(int failAtRead)
    {
        using var folder = StorageFolder.WithNastyStore();
        var stores = new FailingStore(failAtRead);
        await using var server = await RunningServer.StartAsync(folder, stores: stores);

        await AssertBrokenAsync(server.Client, new Uri(server.Address, Url), HttpVersion.Version11);
    }

    [Theory]
    [MemberData(nameof(Points))]
    public async Task HttpClient_reports_a_broken_archive_over_HTTP_2(int failAtRead)
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, stores: new FailingStore(failAtRead), change: ListenForHttp2);

        await AssertBrokenAsync(server.Client, new Uri(server.Addresses.Last(), Url), HttpVersion.Version20);
    }

    [Theory]
    [InlineData(17)]
    [InlineData(60)]
    [InlineData(LastPoint)]
    public async Task Curl_reports_a_broken_archive(int failAtRead)
    {
        Required.Program("curl");
        using var folder = StorageFolder.WithNastyStore();
        await using var first = await RunningServer.StartAsync(folder, stores: new FailingStore(failAtRead));
        await using var second = await RunningServer.StartAsync(folder, stores: new FailingStore(failAtRead), change: ListenForHttp2);

        var http1 = await CurlAsync(folder, "--http1.1", new Uri(first.Address, Url));
        var http2 = await CurlAsync(folder, "--http2-prior-knowledge", new Uri(second.Addresses.Last(), Url));

        Assert.Contains(http1, new[] { CurlPartialFile, CurlReceiveError });
        Assert.Contains(http2, new[] { CurlPartialFile, CurlReceiveError, CurlHttp2StreamError });
    }

    [Theory]
    [InlineData("Node fetch")]
    [InlineData("Python urlopen")]
    [InlineData("Python http.client")]
    [InlineData("Python copyfileobj")]
    public async Task No_client_takes_an_archive_that_broke_off_for_a_whole_one(string client)
    {
        using var folder = StorageFolder.WithNastyStore();
        var servers = new List<RunningServer>();
        foreach (var failAtRead in (int[])[17, 60, LastPoint, int.MaxValue])
            servers.Add(await RunningServer.StartAsync(folder, stores: new FailingStore(failAtRead)));

        var downloads = await Downloaders.GetAsync(
            client, [.. servers.Select(server => new Uri(server.Address, Url))]);

        Assert.Equal([false, false, false, true], downloads.Select(download => download.IsWhole));
        foreach (var server in servers)
            await server.DisposeAsync();
    }

    [Fact]
    public async Task Without_a_fault_the_same_source_gives_a_whole_archive()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, stores: new FailingStore(failAtRead: int.MaxValue));

        Assert.Equal(6, (await server.DownloadAsync(Url)).Count);
    }

    [Theory]
    [InlineData(100)]
    [InlineData(1_700)]
    [InlineData(2_050)]
    [InlineData(4_000)]
    public async Task A_fault_in_a_record_that_is_sent_while_it_is_read_breaks_the_archive(int failAtRead)
    {
        using var folder = StorageFolder.WithNastyStore();
        var stores = new FailingStore(failAtRead, records: 2, recordLength: 20 * 1024 * 1024);
        await using var server = await RunningServer.StartAsync(folder, stores: stores);

        await AssertBrokenAsync(server.Client, new Uri(server.Address, Url), HttpVersion.Version11);
    }

    [Fact]
    public async Task A_file_that_shrinks_while_it_is_sent_breaks_the_connection()
    {
        using var folder = new StorageFolder();
        folder.Add("live", "a.bin", new byte[100_000]);

        // Longer than what is held, so that its beginning is sent before its end is read.
        var path = folder.Add("live", "b.bin", []);
        await using (var file = File.OpenWrite(path))
            file.SetLength(64 * 1024 * 1024);
        WriteRandom(path, 24 * 1024 * 1024);
        await using var server = await RunningServer.StartAsync(folder);

        using var response = await server.Client.GetAsync(
            new Uri(server.Address, $"/v2/key-value-stores/dev~live/records?token={RunningServer.DevelopmentToken}"),
            HttpCompletionOption.ResponseHeadersRead,
            TestContext.Current.CancellationToken);
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.ReadExactlyAsync(new byte[1024 * 1024], TestContext.Current.CancellationToken);
        await using (var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
            file.SetLength(60 * 1024 * 1024);

        await Assert.ThrowsAnyAsync<Exception>(() => body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken));
    }

    private static async Task AssertBrokenAsync(HttpClient client, Uri url, Version version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using var received = new MemoryStream();

        // A reset discards what is under way: it may arrive even before the headers do.
        await Assert.ThrowsAnyAsync<HttpRequestException>(async () =>
        {
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            Assert.Equal(200, (int)response.StatusCode);
            Assert.Equal(version, response.Version);
            await response.Content.CopyToAsync(received, TestContext.Current.CancellationToken);
        });

        Assert.Equal(-1, received.ToArray().AsSpan().IndexOf("PK\x05\x06"u8));
        Assert.Throws<InvalidDataException>(() => new ZipArchive(received));
    }

    private static async Task<int> CurlAsync(StorageFolder folder, string protocol, Uri url) =>
        (await CliWrap.Cli.Wrap("curl")
            .WithArguments(["--silent", "--show-error", protocol, "--output", Path.Join(folder.Path, "short.zip"), url.ToString()])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken)).ExitCode;

    internal static void ListenForHttp2(Microsoft.AspNetCore.Builder.WebApplicationBuilder builder) =>
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2));

    private static void WriteRandom(string path, int count)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        file.Write(RandomBytes.Of(count));
    }
}
