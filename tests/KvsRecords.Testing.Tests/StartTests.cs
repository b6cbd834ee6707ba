using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net.Sockets;
using System.Text;

namespace KvsRecords.Testing.Tests;

/// <summary>What a start is, and what is left after the end.</summary>
public sealed class StartTests(ITestOutputHelper output)
{
    private const int Measured = 20;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_answers_as_soon_as_it_is_started_and_no_more_when_it_is_disposed()
    {
        Uri address;
        await using (var kvs = await CapturedEmulator.StartAsync(cancellationToken: Cancelled))
        {
            address = kvs.BaseAddress;
            using var client = kvs.CreateClient();
            using var user = await client.GetAsync(new Uri("/v2/users/me", UriKind.Relative), Cancelled);
            Assert.Equal(200, (int)user.StatusCode);
        }

        using var socket = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(address.Host, address.Port, Cancelled).AsTask());
    }

    [Fact]
    public async Task Several_beside_each_other_share_nothing()
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => CapturedEmulator.StartAsync(cancellationToken: Cancelled)));
        try
        {
            for (var i = 0; i < all.Length; i++)
                await (await all[i].CreateStoreAsync("same-name", cancellationToken: Cancelled)).PutAsync($"key-{i}", "value", cancellationToken: Cancelled);

            Assert.Equal(all.Length, all.Select(kvs => kvs.BaseAddress.Port).Distinct().Count());
            for (var i = 0; i < all.Length; i++)
            {
                Assert.Equal([$"key-{i}"], await (await all[i].FindStoreAsync("same-name", Cancelled))!.ListKeysAsync(cancellationToken: Cancelled));
                Assert.Single(await all[i].ListStoresAsync(Cancelled));
                Assert.Empty(await all[i].ListRequestsAsync(Cancelled));
            }
        }
        finally
        {
            foreach (var kvs in all)
                await kvs.DisposeAsync();
        }
    }

    [Fact]
    public async Task How_long_a_start_takes_is_reported()
    {
        var times = new List<TimeSpan>();
        for (var i = 0; i <= Measured; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await using var kvs = await KvsRecordsServer.StartAsync(cancellationToken: Cancelled);
            times.Add(Stopwatch.GetElapsedTime(began));
        }

        var later = times.Skip(1).Order().ToList();
        var line = FormattableString.Invariant(
            $"A start took {times[0].TotalMilliseconds:0} ms here, the next {times[1].TotalMilliseconds:0} ms, and a later one {later[Measured / 2].TotalMilliseconds:0} ms (median of {Measured}; longest {later[^1].TotalMilliseconds:0} ms).");
        output.WriteLine(line);
        TestContext.Current.SendDiagnosticMessage(line);
        Assert.Equal(Measured, later.Count);
    }

    [Fact]
    public async Task What_the_environment_says_to_the_program_is_not_for_this_one()
    {
        // A setting that does not exist keeps the program from starting.
        Environment.SetEnvironmentVariable("KVSRECORDS_NO_SUCH_SETTING", "1");
        Environment.SetEnvironmentVariable("APIFY_TOKEN", "the token of the real service");
        try
        {
            await using var kvs = await CapturedEmulator.StartAsync(cancellationToken: Cancelled);
            Assert.Equal("apify_api_dev", kvs.Token);
            using var client = kvs.CreateClient();
            using var user = await client.GetAsync(new Uri("/v2/users/me", UriKind.Relative), Cancelled);
            Assert.Equal(200, (int)user.StatusCode);
        }
        finally
        {
            Environment.SetEnvironmentVariable("KVSRECORDS_NO_SUCH_SETTING", null);
            Environment.SetEnvironmentVariable("APIFY_TOKEN", null);
        }
    }

    [Fact]
    public async Task Options_that_cannot_be_meant_are_refused_all_at_once_and_no_token_is_repeated()
    {
        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => CapturedEmulator.StartAsync(
            new KvsRecordsServerOptions
            {
                Users = [new TestUser("x", "secret one"), new TestUser("bob", "secret two"), new TestUser("eve", "secret two")],
                Seeds = ["no-such-folder"],
                MaxRecordSize = 0,
            },
            Cancelled));

        Assert.Contains("Users[0].Username: 'x' is no username; allowed: 3 to 30", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("one is there twice", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("Seeds: 'no-such-folder' is not there", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("MaxRecordSize: '0'", thrown.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", thrown.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentException>(() => CapturedEmulator.StartAsync(new KvsRecordsServerOptions { Users = [] }, Cancelled));
    }

    [Fact]
    public async Task A_seed_that_cannot_be_read_is_named_and_nothing_is_left_of_the_start()
    {
        using var folder = new TempFolder();
        var broken = folder.Write("broken.zip", "no archive");

        var thrown = await Assert.ThrowsAsync<IOException>(() =>
            CapturedEmulator.StartAsync(new KvsRecordsServerOptions { Seeds = [broken] }, Cancelled));

        Assert.Contains(broken, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_user_has_a_token_and_is_let_in_with_it()
    {
        await using var kvs = await CapturedEmulator.StartAsync(
            new KvsRecordsServerOptions { Users = [new TestUser("alice", "tok-alice"), new TestUser("bob", "tok-bob")] }, Cancelled);
        await kvs.CreateStoreAsync("shop", cancellationToken: Cancelled);

        Assert.Equal("tok-alice", kvs.Token);
        Assert.Equal("tok-bob", kvs.TokenOf("Bob"));
        Assert.Contains("alice, bob", Assert.Throws<ArgumentException>(() => kvs.TokenOf("eve")).Message, StringComparison.Ordinal);
        using var alice = kvs.CreateClient();
        using var bob = kvs.CreateClient("bob");
        Assert.Equal(200, await Http.StatusAsync(alice, "/v2/key-value-stores/alice~shop"));
        Assert.Equal(403, await Http.StatusAsync(bob, "/v2/key-value-stores/alice~shop"));
    }

    [Fact]
    public async Task The_log_can_be_taken_and_has_no_token_in_it()
    {
        var lines = new ConcurrentQueue<string>();
        await using (var kvs = await CapturedEmulator.StartAsync(new KvsRecordsServerOptions { Log = lines.Enqueue }, Cancelled))
        {
            using var client = kvs.CreateClient();
            Assert.Equal(404, await Http.StatusAsync(client, $"/v2/key-value-stores/dev~nothing?token={kvs.Token}"));
        }

        Assert.Contains(lines, line => line.Contains("GET /v2/key-value-stores/{storeId} 404", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("apify_api_dev", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("records")]
    [InlineData("records/large")]
    public async Task A_download_that_the_end_breaks_off_has_its_line_in_the_log_and_no_error(string path)
    {
        var lines = new ConcurrentQueue<string>();
        HttpResponseMessage? response = null;
        await using (var kvs = await CapturedEmulator.StartAsync(new KvsRecordsServerOptions { Log = lines.Enqueue }, Cancelled))
        {
            var store = await kvs.CreateStoreAsync("shop", cancellationToken: Cancelled);
            var value = new byte[30_000_000];
            new Random(1).NextBytes(value);
            await store.PutAsync("large", value, "image/png", cancellationToken: Cancelled);
            using var client = kvs.CreateClient();
            response = await client.GetAsync(
                new Uri($"/v2/key-value-stores/~shop/{path}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Cancelled);
        }

        response.Dispose();
        Assert.Contains(lines, line => line.Contains($"{path} 200 (broken off)", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("[ERR]", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bodies_that_the_end_breaks_off_are_no_errors_in_the_log()
    {
        const string record = "PUT /v2/key-value-stores/dev~shop/records/large";
        var requests = new[]
        {
            (record, "Content-Length: 1000"), (record, "Transfer-Encoding: chunked"), ("POST /v2/key-value-stores?name=other", "Content-Length: 1000"),
        };
        var lines = new ConcurrentQueue<string>();
        var sockets = new List<TcpClient>();
        await using (var kvs = await CapturedEmulator.StartAsync(new KvsRecordsServerOptions { Log = lines.Enqueue }, Cancelled))
        {
            await kvs.CreateStoreAsync("shop", cancellationToken: Cancelled);
            foreach (var (request, framing) in Enumerable.Repeat(requests, 2).SelectMany(all => all))
            {
                var socket = new TcpClient();
                sockets.Add(socket);
                await socket.ConnectAsync(kvs.BaseAddress.Host, kvs.BaseAddress.Port, Cancelled);
                var head = $"{request} HTTP/1.1\r\nHost: {kvs.BaseAddress.Authority}\r\nAuthorization: Bearer {kvs.Token}\r\n"
                    + $"Content-Type: application/json\r\nExpect: 100-continue\r\n{framing}\r\n\r\n";
                await socket.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), Cancelled);

                // It comes when the body is read.
                var answer = new byte["HTTP/1.1 100".Length];
                await socket.GetStream().ReadExactlyAsync(answer, Cancelled);
                Assert.Equal("HTTP/1.1 100", Encoding.ASCII.GetString(answer));
            }
        }

        sockets.ForEach(socket => socket.Dispose());
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.Matches(@"\[INF\] P.* 499 0 B", line));
    }
}
