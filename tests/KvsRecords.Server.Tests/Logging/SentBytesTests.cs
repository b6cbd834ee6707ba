using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using KvsRecords.Emulator;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Settings;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace KvsRecords.Server.Tests;

/// <summary>The bytes of a body that the log and <c>/_emulator/requests</c> tell: those that left, also when it breaks or ends in 500.</summary>
public sealed class SentBytesTests
{
    // In place of a status: the connection was reset before the client had read the head.
    private const int Nothing = 0;

    private static readonly string OfFailing = $"/v2/key-value-stores/{FailingStore.Id}/records?token={RunningServer.DevelopmentToken}";

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public async Task An_archive_that_ends_in_500_is_logged_with_the_length_of_the_error(int failAtRead)
    {
        using var folder = new StorageFolder();
        await using var server = await StartAsync(folder, new FailingStore(failAtRead));

        var (status, length, _) = await server.AskAsync(OfFailing);

        Assert.Equal(500, status);
        Assert.True(length > 0);
        await server.AssertLoggedAsync(500, isBroken: false, bytes => bytes == length);
    }

    [Fact]
    public async Task An_archive_of_a_managed_store_that_ends_in_500_is_logged_with_the_length_of_the_error()
    {
        using var folder = new StorageFolder();
        await using var server = await StartOwnAsync(folder);
        foreach (var body in Directory.EnumerateFiles(Path.Join(folder.Path, "data", "bodies")))
            File.Delete(body);

        var (status, length, _) = await server.AskAsync($"{server.Store}/records?token={RunningServer.DevelopmentToken}");

        Assert.Equal(500, status);
        await server.AssertLoggedAsync(500, isBroken: false, bytes => bytes == length);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(40)]
    [InlineData(80)]
    public async Task An_archive_that_breaks_is_logged_with_what_left(int failAtRead)
    {
        using var folder = new StorageFolder();
        await using var server = await StartAsync(folder, new FailingStore(failAtRead));

        var (status, length, _) = await server.AskAsync(OfFailing);

        // The first record has left before the last is read. A reset may discard some of it, or all.
        Assert.True(status is 200 or Nothing, $"{status}");
        await server.AssertLoggedAsync(200, isBroken: true, bytes => bytes >= length && bytes is >= 150_000 and < 6 * 150_000);
    }

    [Theory]
    [InlineData(Fault.FileMissing, null)]
    [InlineData(Fault.BeforeItsBody, null)]
    [InlineData(Fault.BeforeTheEnd, null)]
    [InlineData(Fault.FewerThanCounted, null)]
    [InlineData(Fault.FileMissing, "bytes=1000-")]
    [InlineData(Fault.BeforeTheEnd, "bytes=1000-")]
    public async Task An_archive_of_a_managed_store_that_breaks_is_logged_with_what_left(Fault fault, string? range)
    {
        using var folder = new StorageFolder();
        await using var stores = await FaultyStores.CreateAsync();
        await using var server = await StartAsync(folder, stores);
        var (_, whole, _) = await server.AskAsync(FaultyStores.PathOf(Fault.None));

        var (_, length, _) = await server.AskAsync(FaultyStores.PathOf(fault), range);

        await server.AssertLoggedAsync(range is null ? 200 : 206, isBroken: true, bytes => bytes >= length && bytes >= 1_000_000 && bytes < whole);
    }

    [Theory]
    [InlineData("GET", null, null)]
    [InlineData("GET", "bytes=0-0", null)]
    [InlineData("GET", "bytes=1000000-1000099", null)]
    [InlineData("GET", "bytes=-1", null)]
    [InlineData("GET", "bytes=99999999-", null)]
    [InlineData("GET", null, "If-None-Match: *")]
    [InlineData("GET", null, "If-Match: \"other\"")]
    [InlineData("HEAD", null, null)]
    [InlineData("HEAD", "bytes=0-9", null)]
    public async Task Whatever_is_whole_is_logged_with_its_length(string method, string? range, string? condition)
    {
        using var folder = new StorageFolder();
        await using var server = await StartOwnAsync(folder);
        foreach (var path in new[] { "records", "records/large" })
        {
            var (status, length, _) = await server.AskAsync($"{server.Store}/{path}?token={RunningServer.DevelopmentToken}", range, method, condition);

            await server.AssertLoggedAsync(status, isBroken: false, bytes => bytes == length);
        }
    }

    /// <summary>The framework ends an answer by itself whose client has left: archives in part, and records.</summary>
    [Theory]
    [InlineData("records", null)]
    [InlineData("records", "bytes=1000-")]
    [InlineData("records/large", null)]
    public async Task What_a_client_leaves_is_logged_as_broken_off_with_what_left(string path, string? range)
    {
        using var folder = new StorageFolder();
        await using var server = await StartOwnAsync(folder);

        using (var client = new TcpClient())
        {
            await client.ConnectAsync(server.Server.Address.Host, server.Server.Address.Port, TestContext.Current.CancellationToken);
            await client.GetStream().WriteAsync(
                Request("GET", $"{server.Store}/{path}?token={RunningServer.DevelopmentToken}", range, null, server.Server.Address),
                TestContext.Current.CancellationToken);
            await client.GetStream().ReadExactlyAsync(new byte[1_000], TestContext.Current.CancellationToken);
        }

        await server.AssertLoggedAsync(range is null ? 200 : 206, isBroken: true, bytes => bytes is > 0 and < Watched.LargeLength);
    }

    [Fact]
    public async Task An_answer_of_which_a_fault_sends_nothing_is_logged_without_bytes()
    {
        using var folder = new StorageFolder();
        await using var server = await StartOwnAsync(folder);
        server.Server.Services.GetRequiredService<FaultBook>().Set([new KvsRecords.Emulator.Fault { Effect = FaultEffect.AbortBeforeHeaders }]);

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => server.Server.GetAsync($"{server.Store}/records/large"));

        var line = await Eventually.HoldsAsync(
            () => server.Lines.All.LastOrDefault(line => line.Contains(" B ", StringComparison.Ordinal)) ?? "", line => line.Length > 0);
        Assert.Contains("\"200 (broken off)\" 0 B ", line, StringComparison.Ordinal);
    }

    private static byte[] Request(string method, string url, string? range, string? condition, Uri server) => Encoding.ASCII.GetBytes(string.Join("\r\n",
        new[] { $"{method} {url} HTTP/1.1", $"Host: {server.Authority}", "Connection: close", range is null ? null : $"Range: {range}", condition }
            .OfType<string>().Append("").Append("")));

    private static async Task<Watched> StartAsync(StorageFolder folder, IStoreReader stores)
    {
        var lines = new Lines();
        return new Watched(await RunningServer.StartAsync(folder, stores: stores, change: lines.Watch, flags: (Setting.LogLevel, "information")), lines, "");
    }

    private static async Task<Watched> StartOwnAsync(StorageFolder folder)
    {
        var lines = new Lines();
        var server = await RunningServer.StartOwnAsync(change: lines.Watch, flags: (Setting.Data, Path.Join(folder.Path, "data")));
        var store = (await server.Services.GetRequiredService<IStoreWriter>().GetOrCreateAsync(
            (await OwnerAsync(server))!, "shop", null, TestContext.Current.CancellationToken)).Store;
        var value = RandomBytes.Of(Watched.LargeLength);
        await server.Stores.PutAsync(
            store, new NewRecord(new Stores.RecordKey("large"), "image/png"), new MemoryStream(value), TestContext.Current.CancellationToken);
        return new Watched(server, lines, $"/v2/key-value-stores/{store.Id}");
    }

    private static Task<Stores.User?> OwnerAsync(RunningServer server) =>
        Task.FromResult(server.Services.GetRequiredService<Access.UserDirectory>().Find("dev"));

    /// <summary>The lines of a server's log.</summary>
    private sealed class Lines : ILogEventSink
    {
        private readonly ConcurrentQueue<string> _lines = new();

        public IEnumerable<string> All => _lines;

        public void Watch(WebApplicationBuilder builder)
        {
            var log = new LoggerConfiguration();
            LogSetup.Configure(log, LogEventLevel.Information, to => to.Sink(this));
            builder.Services.AddSerilog(log.CreateLogger());
        }

        public void Emit(LogEvent logEvent) => _lines.Enqueue(logEvent.RenderMessage(CultureInfo.InvariantCulture));
    }

    private sealed record Watched(RunningServer Server, Lines Lines, string Store) : IAsyncDisposable
    {
        public const int LargeLength = 30_000_000;

        /// <summary>Asks, and gives the status (0 where nothing came), the length of the body that came, and the head.</summary>
        public async Task<(int Status, int Length, string Head)> AskAsync(string url, string? range = null, string method = "GET", string? condition = null)
        {
            var answer = await RawHttp.AskAsync(Server.Address, Request(method, url, range, condition, Server.Address));
            var end = answer.AsSpan().IndexOf("\r\n\r\n"u8);
            if (end < 0)
                return (Nothing, 0, "");

            var head = Encoding.ASCII.GetString(answer, 0, end);
            var length = answer.Length - end - 4;
            return (int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture), head.Contains("chunked", StringComparison.Ordinal) ? Dechunked(answer[(end + 4)..]) : length, head);
        }

        /// <summary>Checks the last request, in the list and in the log, when it has ended.</summary>
        public async Task AssertLoggedAsync(int status, bool isBroken, Func<long, bool> isRight)
        {
            var item = await Eventually.HoldsAsync(
                () => LastAsync().GetAwaiter().GetResult(), last => last.GetProperty("durationMillis").ValueKind == JsonValueKind.Number);
            Assert.Equal((status, isBroken), (item.GetProperty("status").GetInt32(), item.GetProperty("brokenOff").GetBoolean()));
            var bytes = item.GetProperty("bytesSent").GetInt64();
            Assert.True(isRight(bytes), $"{bytes}");

            var line = await Eventually.HoldsAsync(() => Lines.All.LastOrDefault(line => line.Contains("/records", StringComparison.Ordinal) && line.Contains(" B ", StringComparison.Ordinal)) ?? "", line => line.Length > 0);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"{status}{(isBroken ? " (broken off)" : "")}"), line, StringComparison.Ordinal);
            Assert.Contains(string.Create(CultureInfo.InvariantCulture, $" {bytes} B "), line, StringComparison.Ordinal);
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();

        private async Task<JsonElement> LastAsync()
        {
            using var response = await Server.GetAsync("/_emulator/requests", token: null);
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            return json.RootElement.GetProperty("data").GetProperty("items").EnumerateArray().Last().Clone();
        }

        /// <summary>The length of a body that came in chunks, the last of which may have been broken off.</summary>
        private static int Dechunked(byte[] chunks)
        {
            var (position, length) = (0, 0);
            while (chunks.AsSpan(position).IndexOf("\r\n"u8) is > 0 and var line
                && int.Parse(Encoding.ASCII.GetString(chunks, position, line), NumberStyles.HexNumber, CultureInfo.InvariantCulture) is > 0 and var chunk)
            {
                position += line + 2;
                length += Math.Min(chunk, chunks.Length - position);
                position += chunk + 2;
                if (position >= chunks.Length)
                    break;
            }

            return length;
        }
    }
}
