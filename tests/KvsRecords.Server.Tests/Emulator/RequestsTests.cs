using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using KvsRecords.Access;
using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Storage;
using Microsoft.Extensions.Time.Testing;

namespace KvsRecords.Server.Tests;

/// <summary><c>/_emulator/requests</c>: what came, without a secret.</summary>
public sealed class RequestsTests
{
    private const string Requests = "/_emulator/requests";

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_request_is_there_with_what_it_asked_for_and_what_it_got()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        var shop = $"/v2/key-value-stores/{Configurations.StoreId}";
        int[] sent =
        [
            await AskAsync(HttpMethod.Put, $"{shop}/records/image-1", "tok-alice", OwnServer.Body([1, 2, 3], "image/png")),
            await AskAsync(HttpMethod.Get, "/v2/key-value-stores/alice~MY-STORE/records/image-1?attachment=1", "tok-bob"),
            await AskAsync(HttpMethod.Get, $"{shop}/records?prefix=i%20%26", "tok-alice-2"),
            await AskAsync(HttpMethod.Head, $"{shop}/records", "tok-alice"),
            await AskAsync(HttpMethod.Get, $"{shop}/keys", "tok-carol"),
            await AskAsync(HttpMethod.Get, "/v2/key-value-stores/nope/keys?limit=5", ""),
            await AskAsync(HttpMethod.Post, $"{shop}/records/image-1?method=DELETE", "tok-alice"),
            await AskAsync(HttpMethod.Patch, shop, "tok-alice"),
            await AskAsync(HttpMethod.Get, "/nowhere/p%C5%99%0A", "tok-alice"),
        ];

        var items = await ItemsAsync(server);

        Assert.Equal(
            [
                $"PUT {shop}/records/image-1  putRecord alice~my-store {Configurations.StoreId} image-1 alice 201 ",
                $"GET /v2/key-value-stores/alice~MY-STORE/records/image-1 attachment=1 getRecord alice~my-store {Configurations.StoreId} image-1 bob 200 ",
                $"GET {shop}/records prefix=i%20%26 downloadRecords alice~my-store {Configurations.StoreId}  alice 200 ",
                $"HEAD {shop}/records  downloadRecords alice~my-store {Configurations.StoreId}  alice 200 ",
                $"GET {shop}/keys  listKeys alice~my-store {Configurations.StoreId}  carol 403 permission-denied",
                "GET /v2/key-value-stores/nope/keys limit=5 listKeys nope    404 record-not-found",
                $"POST {shop}/records/image-1 method=DELETE deleteRecord alice~my-store {Configurations.StoreId} image-1 alice 204 ",
                $"PATCH {shop}       405 method-not-allowed",
                "GET /nowhere/p%C5%99%0A       404 page-not-found",
            ],
            items.Select(Line));
        Assert.Equal(sent, items.Select(item => item.GetProperty("bytesSent").GetInt32()));
        Assert.Equal(Enumerable.Range(1, 9), items.Select(item => item.GetProperty("id").GetInt32()));
        Assert.All(items, item => Assert.InRange(item.GetProperty("time").GetDateTimeOffset(), DateTimeOffset.UtcNow.AddMinutes(-1), DateTimeOffset.UtcNow));
        Assert.All(items, item => Assert.InRange(item.GetProperty("durationMillis").GetDouble(), 0, 60_000));
        Assert.All(items, item => Assert.False(item.GetProperty("brokenOff").GetBoolean()));

        async Task<int> AskAsync(HttpMethod method, string path, string token, HttpContent? content = null)
        {
            using var response = await server.SendAsync(method, path, content, token);
            return (await response.Content.ReadAsByteArrayAsync(Running)).Length;
        }
    }

    [Fact]
    public async Task No_token_and_no_signature_is_kept_wherever_it_stood()
    {
        var signature = UrlSignature.CreateStorageContent(Configurations.SigningKey, Configurations.StoreId, null);
        var bare = UrlSignature.CreateHmac(Configurations.SigningKey, Configurations.StoreId);
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        foreach (var query in new[]
        {
            "token=tok-alice", "token=wrong-token", $"signature={signature}", $"signature={bare}", "signature=wrong-signature",
            $"token=tok-alice&signature={bare}", "token=tok-alice&token=tok-alice", "token=tok-alice%zz", "token=tok-alice%00",
            "t%6Fken=tok-alice", "tokn=tok-alice", "Token=tok-alice", "tok-alice", $"{signature}=", "signature=wrong-signature%0A",
            "token=tok-alice&collection=nope",
        })
        {
            foreach (var path in new[] { $"/v2/key-value-stores/{Configurations.StoreId}/records", "/v2/key-value-stores/~my-store/records/a", "/nowhere" })
                await RawHttp.AskAsync(server.Address, $"GET {path}?{query} HTTP/1.1", "Authorization: Bearer tok-bob");
        }

        await RawHttp.AskAsync(server.Address, $"GET http://user:tok-alice@{server.Address.Authority}/nowhere HTTP/1.1");
        await RawHttp.AskAsync(server.Address, "GET /v2/key-value-stores/x/records%3Ftoken=tok-alice HTTP/1.1");
        await RawHttp.AskAsync(server.Address, "GET /v2/key-value-stores/x%3Ftoken=tok-alice/records HTTP/1.1");
        await RawHttp.AskAsync(server.Address, $"GET /v2/key-value-stores/{Configurations.StoreId}/records/a%3Ftoken=tok-alice HTTP/1.1", "Authorization: Basic dG9rLWFsaWNl");
        await RawHttp.AskAsync(server.Address, $"GET /v2/key-value-stores?ownership=x&token=tok-alice HTTP/1.1", "Cookie: token=tok-alice");

        using var response = await server.GetAsync(Requests, token: "");
        var body = await response.Content.ReadAsStringAsync(Running);

        Assert.Contains("\"query\":\"token=***\"", body, StringComparison.Ordinal);
        Assert.Contains("\"query\":\"signature=***\"", body, StringComparison.Ordinal);
        foreach (var secret in new[] { "tok-", "dG9rLWFsaWNl", "wrong-token", "wrong-signature", signature, bare, Configurations.SigningKey })
            Assert.DoesNotContain(secret, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_filtered_by_all_that_is_given()
    {
        await using var server = await OwnServer.StartAsync();
        var one = await server.CreateAsync("one");
        var two = await server.CreateAsync("two");
        await server.PutAsync(one, "a!'()", "x");
        await server.PutAsync(two, "a!'()", "x");
        using (await server.GetAsync($"{two}/records/b"))
        {
        }

        var all = await ItemsAsync(server);
        var since = all[3].GetProperty("time").GetString();
        foreach (var (query, ids) in new (string, int[])[]
        {
            ("?method=put", [3, 4]), ("?operation=createStore", [1, 2]), ("?store=one", [3]), ("?store=DEV~two", [4, 5]),
            ($"?store={two.Split('/')[^1]}", [4, 5]), ("?key=a%21%27%28%29", [3, 4]), ("?status=404", [5]), ("?status=404&store=one", []),
            ("?method=DELETE", []), ("?method=&store=", [1, 2, 3, 4, 5]),
        })
        {
            Assert.Equal(ids, (await ItemsAsync(server, query)).Select(item => item.GetProperty("id").GetInt32()));
        }

        Assert.Equal(
            all.Where(item => string.CompareOrdinal(item.GetProperty("time").GetString(), since) >= 0).Select(item => item.GetProperty("id").GetInt32()),
            (await ItemsAsync(server, $"?since={since}")).Select(item => item.GetProperty("id").GetInt32()));
        Assert.Empty(await ItemsAsync(server, "?since=2999-01-01"));
    }

    [Theory]
    [InlineData("?operaton=getRecord", "\"operaton\"")]
    [InlineData("?operation=GetRecord", "downloadRecords")]
    [InlineData("?status=ok", "100 to 599")]
    [InlineData("?status=99", "100 to 599")]
    [InlineData("?since=yesterday", "2026-01-31T12:00:00.000Z")]
    [InlineData("?store=a&store=b", "\"store\"")]
    [InlineData("?key=%ff", "\"key\"")]
    [InlineData("?token=secret", "\"token\"")]
    public async Task A_filter_that_means_nothing_is_400_and_names_it(string query, string named)
    {
        await using var server = await OwnServer.StartAsync();

        using var response = await server.GetAsync($"{Requests}{query}", token: "");

        var message = await Errors.AssertErrorAsync(response, 400, "invalid-input");
        Assert.Contains(named, message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_forgotten_on_request_and_those_for_the_emulator_were_never_there()
    {
        await using var server = await OwnServer.StartAsync();
        await server.CreateAsync();
        await server.DataAsync(HttpMethod.Get, "/_emulator/stores");
        await server.DataAsync(HttpMethod.Get, "/_Emulator/stores");
        Assert.Single(await ItemsAsync(server));

        using var response = await server.SendAsync(HttpMethod.Delete, Requests, token: "");

        Assert.Equal(204, (int)response.StatusCode);
        Assert.Empty(await ItemsAsync(server));
        await server.CreateAsync("two");
        Assert.Equal(2, Assert.Single(await ItemsAsync(server)).GetProperty("id").GetInt32());
    }

    [Fact]
    public async Task A_refused_request_and_one_that_is_limited_are_there_too()
    {
        await using var server = await OwnServer.StartAsync(rateLimit: "1");
        for (var i = 0; i < 5; i++)
            (await server.GetAsync("/v2/key-value-stores")).Dispose();
        (await server.SendAsync(HttpMethod.Get, "/v2/key-value-stores", headers: ("Host", "evil.example"))).Dispose();

        var limited = await ItemsAsync(server, "?status=429");
        var refused = await ItemsAsync(server, "?status=403");

        Assert.NotEmpty(limited);
        Assert.All(limited, item => Assert.Equal(("rate-limit-exceeded", "listStores"), (item.GetProperty("errorType").GetString(), item.GetProperty("operation").GetString())));
        Assert.Equal("permission-denied", Assert.Single(refused).GetProperty("errorType").GetString());
    }

    [Fact]
    public async Task A_fault_is_there_with_its_operation_and_so_is_an_archive_that_breaks_off()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var faulty = await RunningServer.StartAsync(
            folder, stores: new FailingStore(1000) { BeforeOpening = (_, _) => throw new InvalidOperationException() });
        (await faulty.GetAsync($"/v2/key-value-stores/{FailingStore.Id}/records/record-0000")).Dispose();
        await using var breaking = await RunningServer.StartAsync(folder, stores: new FailingStore(failAtRead: 40));
        await RawHttp.AskAsync(
            breaking.Address, $"GET /v2/key-value-stores/{FailingStore.Id}/records HTTP/1.1", $"Authorization: Bearer {RunningServer.DevelopmentToken}");

        var fault = await OnlyAsync(faulty);
        var broken = await OnlyAsync(breaking);

        Assert.Equal((500, "internal-error"), (fault.GetProperty("status").GetInt32(), fault.GetProperty("errorType").GetString()));
        Assert.Equal(
            ("getRecord", "record-0000", "dev~failing"),
            (fault.GetProperty("operation").GetString(), fault.GetProperty("key").GetString(), fault.GetProperty("store").GetString()));
        Assert.False(fault.GetProperty("brokenOff").GetBoolean());
        Assert.Equal((200, true), (broken.GetProperty("status").GetInt32(), broken.GetProperty("brokenOff").GetBoolean()));
        Assert.InRange(broken.GetProperty("bytesSent").GetInt64(), 1, 6 * 150_000 - 1);
    }

    [Fact]
    public async Task A_request_whose_client_left_before_the_answer_has_no_status_and_is_broken_off()
    {
        using var folder = StorageFolder.WithNastyStore();
        var isOpening = new TaskCompletionSource();
        await using var server = await RunningServer.StartAsync(folder, stores: new FailingStore(1000)
        {
            BeforeOpening = (_, cancellationToken) =>
            {
                isOpening.TrySetResult();
                return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            },
        });
        using var leaves = CancellationTokenSource.CreateLinkedTokenSource(Running);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"/v2/key-value-stores/{FailingStore.Id}/records/record-0000");
        request.Headers.Authorization = new("Bearer", RunningServer.DevelopmentToken);
        var answer = server.Client.SendAsync(request, leaves.Token);
        await isOpening.Task.WaitAsync(Running);
        await leaves.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => answer);

        var left = await Eventually.HoldsAsync(
            () => OnlyAsync(server).GetAwaiter().GetResult(), item => item.GetProperty("durationMillis").ValueKind == JsonValueKind.Number);
        Assert.Equal(JsonValueKind.Null, left.GetProperty("status").ValueKind);
        Assert.True(left.GetProperty("brokenOff").GetBoolean());
        Assert.Equal(0, left.GetProperty("bytesSent").GetInt64());
    }

    [Fact]
    public async Task A_request_that_still_goes_on_is_listed_without_a_duration_and_without_a_long_wait()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        var large = RandomBytes.Of(30_000_000);
        using (var put = await server.SendAsync(HttpMethod.Put, $"{store}/records/large", OwnServer.Body(large, "application/octet-stream")))
            Assert.Equal(201, (int)put.StatusCode);

        using var download = new TcpClient();
        await download.ConnectAsync(server.Address.Host, server.Address.Port, Running);
        await download.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"GET {store}/records?token={RunningServer.DevelopmentToken} HTTP/1.1\r\nHost: localhost\r\n\r\n"), Running);
        await download.GetStream().ReadExactlyAsync(new byte[10], Running);
        var going = Assert.Single(await ItemsAsync(server, "?operation=downloadRecords"));
        download.Close();
        await Eventually.HoldsAsync(
            () => ItemsAsync(server, "?operation=downloadRecords").GetAwaiter().GetResult()[0],
            item => item.GetProperty("durationMillis").ValueKind == JsonValueKind.Number && item.GetProperty("brokenOff").GetBoolean());

        Assert.Equal(200, going.GetProperty("status").GetInt32());
        Assert.Equal(JsonValueKind.Null, going.GetProperty("durationMillis").ValueKind);
    }

    [Fact]
    public void The_newest_are_kept_and_the_others_are_counted()
    {
        var journal = new RequestJournal(new AdjustableClock(new FakeTimeProvider()));
        for (var i = 0; i < RequestJournal.MaxKept + 7; i++)
            journal.Begin("GET", $"/{i}", "").End(request => request with { Status = 200 });

        var kept = journal.Read(new RequestFilter());
        Assert.Equal((RequestJournal.MaxKept, 7), (kept.Count, journal.Dropped));
        Assert.Equal(("/7", $"/{RequestJournal.MaxKept + 6}"), (kept[0].Path, kept[^1].Path));

        journal.Clear();
        Assert.Equal((0, 0), (journal.Read(new RequestFilter()).Count, journal.Dropped));
    }

    [Fact]
    public async Task A_text_that_is_far_too_long_is_cut_off()
    {
        await using var server = await OwnServer.StartAsync();
        var longText = new string('x', 2_000);
        (await server.GetAsync($"/v2/key-value-stores/{longText}/records/{longText}?prefix={longText}")).Dispose();

        var item = Assert.Single(await ItemsAsync(server));

        foreach (var (name, text) in new[]
        {
            ("path", $"/v2/key-value-stores/{longText}"), ("query", $"prefix={longText}"), ("store", longText), ("key", longText),
        })
        {
            Assert.Equal(text[..1_000] + "…", item.GetProperty(name).GetString());
        }

        (await server.GetAsync($"/v2/key-value-stores/x/records/x{string.Concat(Enumerable.Repeat("🐎", 600))}")).Dispose();
        Assert.Equal($"x{string.Concat(Enumerable.Repeat("🐎", 499))}…", (await ItemsAsync(server))[1].GetProperty("key").GetString());
    }

    [Fact]
    public async Task Its_times_are_real_whatever_the_clock_says()
    {
        await using var server = await OwnServer.StartAsync();
        await server.DataAsync(HttpMethod.Put, "/_emulator/clock", json: """{"instant":"2050-01-01"}""");
        await server.CreateAsync();

        Assert.NotEqual(2050, Assert.Single(await ItemsAsync(server)).GetProperty("time").GetDateTimeOffset().Year);
    }

    private static async Task<List<JsonElement>> ItemsAsync(OwnServer server, string query = "")
    {
        var data = await server.DataAsync(HttpMethod.Get, $"{Requests}{query}", token: "");
        Assert.Equal(0, data.GetProperty("dropped").GetInt64());
        var items = data.GetProperty("items").EnumerateArray().ToList();
        Assert.Equal(items.Count, data.GetProperty("count").GetInt32());
        return items;
    }

    private static async Task<JsonElement> OnlyAsync(RunningServer server)
    {
        using var response = await server.GetAsync(Requests, token: null);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Running));
        return Assert.Single(json.RootElement.GetProperty("data").GetProperty("items").EnumerateArray()).Clone();
    }

    private static string Line(JsonElement item) => string.Join(' ', new[]
    {
        "method", "path", "query", "operation", "store", "storeId", "key", "user", "status", "errorType",
    }.Select(name => item.GetProperty(name).ToString()));
}
