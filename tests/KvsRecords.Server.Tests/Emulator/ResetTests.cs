using System.Net.Sockets;
using System.Text;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary><c>POST /_emulator/reset</c>: back to the seeds and the configuration.</summary>
public sealed class ResetTests : IDisposable
{
    private const string Sample = "/v2/key-value-stores/Sh0pStore00000001";

    private readonly StorageFolder _folder = new();

    private static string Seed => Path.Join(Repository.Root, "docs", "sample", "storage");

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_stores_are_those_of_the_seed_again_and_no_others()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.Seed, Seed));
        var before = await DownloadAsync(server, Sample);
        var stores = await OverviewAsync(server);
        await server.PutAsync(Sample, "product-001.json", "changed");
        await server.PutAsync(Sample, "new!-_.'()", "x");
        await server.DataAsync(HttpMethod.Put, Sample, json: """{"name":"renamed","generalAccess":"ANYONE_WITH_ID_CAN_READ"}""");
        (await server.SendAsync(HttpMethod.Delete, "/v2/key-value-stores/dev~default")).Dispose();
        var made = await server.CreateAsync("shop");

        await ResetAsync(server);

        Assert.Equal(before, await DownloadAsync(server, Sample));
        Assert.Equal(stores, await OverviewAsync(server));
        await AssertGoneAsync(server, made);
    }

    [Fact]
    public async Task Without_a_seed_nothing_is_left()
    {
        await using var server = await OwnServer.StartAsync();
        for (var i = 0; i < 30; i++)
            await server.CreateAsync(i % 2 == 0 ? $"store-{i}" : null);

        await ResetAsync(server);
        await ResetAsync(server);

        Assert.Equal("""{"count":0,"items":[]}""", await OverviewAsync(server));
    }

    [Fact]
    public async Task Declared_stores_come_back_with_their_ids_empty_and_as_they_are_declared()
    {
        await using var server = await OwnServer.StartAsync($$$"""
            {"KvsRecords":{
              "Users":[{"Username":"alice","Tokens":["tok-alice"]},{"Username":"bob","Tokens":["tok-bob"]}],
              "Stores":[
                {"Name":"with-id","Id":"{{{Configurations.StoreId}}}","SharedWith":["bob"],"UrlSigningSecretKey":"secret-key"},
                {"Name":"without-id","Owner":"bob","GeneralAccess":"ANYONE_WITH_NAME_CAN_READ"}]}}
            """);
        var before = await OverviewAsync(server);
        var withoutId = await IdAsync("bob~without-id");
        await server.DataAsync(HttpMethod.Put, $"/v2/key-value-stores/{withoutId}", json: """{"name":"other","title":"x"}""", token: "tok-bob");
        (await server.SendAsync(HttpMethod.Delete, $"/v2/key-value-stores/{Configurations.StoreId}", token: "tok-alice")).Dispose();

        await ResetAsync(server);

        Assert.Equal(before, await OverviewAsync(server));
        Assert.Equal((Configurations.StoreId, withoutId), (await IdAsync("alice~with-id"), await IdAsync("bob~without-id")));

        async Task<string?> IdAsync(string store) =>
            (await server.DataAsync(HttpMethod.Get, $"/v2/key-value-stores/{store}", token: "tok-bob")).GetProperty("id").GetString();
    }

    [Fact]
    public async Task No_ETag_comes_again_however_equal_the_bytes_are()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.Seed, Seed));
        var seen = new HashSet<string?>();

        for (var i = 0; i < 3; i++)
        {
            using var archive = await server.GetAsync($"{Sample}/records");
            using var filtered = await server.GetAsync($"{Sample}/records?prefix=product-");
            using var record = await server.GetAsync($"{Sample}/records/product-001.json");
            using var written = await server.SendAsync(HttpMethod.Get, $"{Sample}/records", headers: ("If-None-Match", string.Join(", ", seen)));
            Assert.Equal(200, (int)written.StatusCode);
            Assert.All(new[] { archive, filtered, record }, response => Assert.True(seen.Add(response.Headers.ETag!.Tag)));
            await server.PutAsync(Sample, "product-001.json", "the same");
            using var after = await server.GetAsync($"{Sample}/records");
            using var rewritten = await server.GetAsync($"{Sample}/records/product-001.json");
            Assert.All(new[] { after, rewritten }, response => Assert.True(seen.Add(response.Headers.ETag!.Tag)));
            await ResetAsync(server);
        }
    }

    [Fact]
    public async Task Runs_requests_and_the_clock_are_as_at_the_start()
    {
        await using var server = await OwnServer.StartAsync("""{"KvsRecords":{"Runs":[{"Id":"run1","DefaultKeyValueStoreId":"a"}]}}""");
        await server.DataAsync(HttpMethod.Put, "/_emulator/runs/run1", 200, """{"defaultKeyValueStoreId":"b"}""");
        await server.DataAsync(HttpMethod.Put, "/_emulator/runs/run2", 201);
        await server.DataAsync(HttpMethod.Put, "/_emulator/clock", json: """{"instant":"2050-01-01"}""");
        await server.CreateAsync();

        await ResetAsync(server);

        Assert.Equal("a", (await server.DataAsync(HttpMethod.Get, "/_emulator/runs/run1")).GetProperty("defaultKeyValueStoreId").GetString());
        using var forgotten = await server.GetAsync("/_emulator/runs/run2");
        Assert.Equal(404, (int)forgotten.StatusCode);
        Assert.Equal("""{"count":0,"dropped":0,"items":[]}""", (await server.DataAsync(HttpMethod.Get, "/_emulator/requests")).GetRawText());
        Assert.NotEqual(2050, (await server.DataAsync(HttpMethod.Get, "/_emulator/clock")).GetProperty("now").GetDateTimeOffset().Year);
    }

    [Fact]
    public async Task Stores_that_are_kept_for_good_are_409_and_stay_unless_it_is_allowed()
    {
        var data = Path.Join(_folder.Path, "data");
        string store;
        await using (var server = await OwnServer.StartAsync(flags: (Setting.Data, data)))
        {
            store = await server.CreateAsync();
            await server.PutAsync(store, "a", "x");
            await server.DataAsync(HttpMethod.Put, "/_emulator/clock", json: """{"offsetSecs":60}""");

            using var refused = await server.SendAsync(HttpMethod.Post, "/_emulator/reset", token: "");

            var message = await Errors.AssertErrorAsync(refused, 409, "reset-not-allowed");
            Assert.Contains("--allow-reset", message, StringComparison.Ordinal);
            using var record = await server.GetAsync($"{store}/records/a");
            Assert.Equal("x", await record.Content.ReadAsStringAsync(Running));
            Assert.Equal(60, (await server.DataAsync(HttpMethod.Get, "/_emulator/clock")).GetProperty("offsetSecs").GetDouble());
        }

        await using (var server = await OwnServer.StartAsync(flags: [(Setting.Data, data), (Setting.AllowReset, "true")]))
        {
            Assert.Equal(200, (int)(await server.GetAsync(store)).StatusCode);
            await ResetAsync(server);
            await AssertGoneAsync(server, store);
        }

        await using (var server = await OwnServer.StartAsync(flags: (Setting.Data, data)))
            await AssertGoneAsync(server, store);
    }

    [Fact]
    public async Task A_live_folder_is_403_and_stays()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, flags: (Setting.AllowReset, "true"));

        using var response = await server.Client.PostAsync(new Uri("/_emulator/reset", UriKind.Relative), null, Running);

        var message = await Errors.AssertErrorAsync(response, 403, "permission-denied");
        Assert.Contains("--seed", message, StringComparison.Ordinal);
        Assert.Equal(6, (await server.DownloadAsync("/v2/key-value-stores/dev~my-store/records")).Count);
    }

    [Fact]
    public async Task A_seed_that_is_not_there_any_more_is_500_and_nothing_is_deleted()
    {
        _folder.Add("one", "a.txt", "a"u8);
        await using var server = await OwnServer.StartAsync(flags: (Setting.Seed, _folder.Path));
        await server.CreateAsync("two");
        Directory.Move(_folder.Path, _folder.Path + "-elsewhere");

        using var response = await server.SendAsync(HttpMethod.Post, "/_emulator/reset", token: "");
        Directory.Move(_folder.Path + "-elsewhere", _folder.Path);

        var message = await Errors.AssertErrorAsync(response, 500, "internal-error");
        Assert.Contains(_folder.Path, message, StringComparison.Ordinal);
        Assert.Contains("\"count\":2", await OverviewAsync(server), StringComparison.Ordinal);
        await ResetAsync(server);
        Assert.Contains("\"count\":1", await OverviewAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_download_that_is_under_way_comes_to_its_end()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        var large = RandomBytes.Of(20_000_000);
        using (var put = await server.SendAsync(HttpMethod.Put, $"{store}/records/large", OwnServer.Body(large, "application/octet-stream")))
            Assert.Equal(201, (int)put.StatusCode);

        using var archive = await server.GetAsync($"{store}/records");
        using var record = await server.GetAsync($"{store}/records/large");
        await ResetAsync(server);

        Assert.Equal(large, (await RunningServer.ReadArchiveAsync(archive))["large"]);
        Assert.Equal(large, await record.Content.ReadAsByteArrayAsync(Running));
        await AssertGoneAsync(server, store);
    }

    [Fact]
    public async Task An_upload_that_is_under_way_is_404_and_reaches_no_store()
    {
        await using var server = await OwnServer.StartAsync("""{"KvsRecords":{"Stores":[{"Name":"a","Id":"WkzbQMuFYuamGv3YF"}]}}""");
        using var upload = new TcpClient();
        await upload.ConnectAsync(server.Address.Host, server.Address.Port, Running);
        var stream = upload.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            $"PUT /v2/key-value-stores/WkzbQMuFYuamGv3YF/records/a?token={RunningServer.DevelopmentToken} HTTP/1.1\r\n"
            + "Host: localhost\r\nConnection: close\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n"), Running);
        var goOn = new byte["HTTP/1.1 100 Continue\r\n\r\n".Length];
        await stream.ReadExactlyAsync(goOn, Running);

        await ResetAsync(server);
        await stream.WriteAsync("value"u8.ToArray(), Running);
        var answer = await new StreamReader(stream).ReadToEndAsync(Running);

        Assert.StartsWith("HTTP/1.1 404", answer, StringComparison.Ordinal);
        Assert.EndsWith("""{"error":{"type":"record-not-found","message":"Key-value Store was not found"}}""", answer, StringComparison.Ordinal);
        Assert.Contains("\"records\":0", await OverviewAsync(server), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_meanwhile_gets_all_of_a_store_or_none_of_it_and_resets_at_once_take_turns()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.Seed, Seed));
        var count = (await DownloadAsync(server, Sample)).Count;
        using var end = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var whole = 0;
            while (!end.IsCancellationRequested)
            {
                using var archive = await server.GetAsync($"{Sample}/records");
                if ((int)archive.StatusCode == 404)
                    continue;
                Assert.Equal(200, (int)archive.StatusCode);
                Assert.Equal(count, (await RunningServer.ReadArchiveAsync(archive)).Count);
                whole++;
            }

            return whole;
        }, Running)).ToList();

        for (var i = 0; i < 10; i++)
            await Task.WhenAll(ResetAsync(server), ResetAsync(server));
        await end.CancelAsync();

        Assert.All(await Task.WhenAll(readers), whole => Assert.NotEqual(0, whole));
        Assert.Equal(count, (await DownloadAsync(server, Sample)).Count);
    }

    [Theory]
    [InlineData("yes")]
    [InlineData("1")]
    public async Task Whether_it_is_allowed_is_true_or_false(string value)
    {
        var (exitCode, _, error) = await ServerProcess.RunAsync(
            ["--ephemeral", "--port", "0"], new Dictionary<string, string> { ["KVSRECORDS_ALLOW_RESET"] = value });

        Assert.Equal(1, exitCode);
        Assert.Contains($"KVSRECORDS_ALLOW_RESET: '{value}' is neither; allowed: true or false", error, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private static async Task ResetAsync(OwnServer server)
    {
        using var response = await server.SendAsync(HttpMethod.Post, "/_emulator/reset", token: "");
        Assert.Equal(204, (int)response.StatusCode);
    }

    private static async Task<string> OverviewAsync(OwnServer server) => (await server.DataAsync(HttpMethod.Get, "/_emulator/stores")).GetRawText();

    private static async Task<Dictionary<string, byte[]>> DownloadAsync(OwnServer server, string store)
    {
        using var response = await server.GetAsync($"{store}/records");
        Assert.Equal(200, (int)response.StatusCode);
        return await RunningServer.ReadArchiveAsync(response);
    }

    private static async Task AssertGoneAsync(OwnServer server, string store)
    {
        using var response = await server.GetAsync(store);
        Assert.Equal(404, (int)response.StatusCode);
    }
}
