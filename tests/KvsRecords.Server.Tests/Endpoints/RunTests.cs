namespace KvsRecords.Server.Tests;

/// <summary>The shortcuts from runs to stores, and <c>/_emulator/runs/{runId}</c>.</summary>
public sealed class RunTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Runs = "/_emulator/runs";

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_shortcut_leads_to_every_operation_of_the_store()
    {
        var store = await Server.CreateAsync();
        var id = store.Split('/')[^1];
        await Server.DataAsync(
            HttpMethod.Put, $"{Runs}/run1", 201,
            $$"""{"defaultKeyValueStoreId":"{{id}}","actorId":"jane/my-actor","actorTaskId":"task1"}""", token: "");

        foreach (var shortcut in (string[])
        [
            "/v2/actor-runs/run1/key-value-store", "/v2/actors/jane~my-actor/runs/last/key-value-store",
            "/v2/acts/jane%2Fmy-actor/runs/last/key-value-store", "/v2/actor-tasks/task1/runs/last/key-value-store",
        ])
        {
            await Server.PutAsync(shortcut, "a", shortcut);
            using var record = await Server.GetAsync($"{shortcut}/records/a");
            Assert.Equal(shortcut, await record.Content.ReadAsStringAsync(Running));
            Assert.Equal(id, (await Server.DataAsync(HttpMethod.Get, shortcut)).GetProperty("id").GetString());
            Assert.Equal(1, (await Server.DataAsync(HttpMethod.Get, $"{shortcut}/keys")).GetProperty("count").GetInt32());
            using var archive = await Server.GetAsync($"{shortcut}/records");
            Assert.Equal(["a"], (await RunningServer.ReadArchiveAsync(archive)).Keys);
            using var delete = await Server.SendAsync(HttpMethod.Delete, $"{shortcut}/records/a");
            Assert.Equal(204, (int)delete.StatusCode);
            Assert.Equal("x", (await Server.DataAsync(HttpMethod.Put, shortcut, json: """{"title":"x"}""")).GetProperty("title").GetString());
        }

        using var gone = await Server.SendAsync(HttpMethod.Delete, "/v2/actor-runs/run1/key-value-store");
        Assert.Equal(204, (int)gone.StatusCode);
        using var afterwards = await Server.GetAsync("/v2/actor-runs/run1/key-value-store");
        await Errors.AssertErrorAsync(afterwards, 404, "record-not-found", "Key-value Store was not found");
    }

    [Fact]
    public async Task The_last_run_is_the_latest_of_those_with_the_status_and_the_origin()
    {
        await DeclareAsync("a", "2024-01-01T00:00:00Z", "SUCCEEDED", "API");
        await DeclareAsync("b", "2024-01-02T00:00:00Z", "FAILED", "WEB");
        await DeclareAsync("c", "2024-01-03T00:00:00Z", "SUCCEEDED", "SCHEDULER");

        Assert.Equal("c", await LastAsync(""));
        Assert.Equal("b", await LastAsync("?status=FAILED"));
        Assert.Equal("a", await LastAsync("?status=SUCCEEDED&origin=API"));
        using var none = await Server.GetAsync("/v2/actors/x/runs/last/key-value-store?status=ABORTED");
        await Errors.AssertErrorAsync(none, 404, "record-not-found");

        async Task DeclareAsync(string name, string startedAt, string status, string origin)
        {
            await Server.CreateAsync(name);
            await Server.DataAsync(
                HttpMethod.Put, $"{Runs}/{name}", 201,
                $$"""{"defaultKeyValueStoreId":"{{name}}","actorId":"x","startedAt":"{{startedAt}}","status":"{{status}}","origin":"{{origin}}"}""");
        }

        async Task<string?> LastAsync(string query) =>
            (await Server.DataAsync(HttpMethod.Get, $"/v2/actors/x/runs/last/key-value-store{query}")).GetProperty("name").GetString();
    }

    [Fact]
    public async Task A_run_without_a_store_gets_one_of_its_own()
    {
        var run = await Server.DataAsync(HttpMethod.Put, $"{Runs}/run1", 201);
        await Server.PutAsync("/v2/actor-runs/run1/key-value-store", "OUTPUT", "x");

        Assert.Equal(
            run.GetProperty("defaultKeyValueStoreId").GetString(),
            (await Server.DataAsync(HttpMethod.Get, "/v2/actor-runs/run1/key-value-store")).GetProperty("id").GetString());
        Assert.Equal("SUCCEEDED", (await Server.DataAsync(HttpMethod.Get, $"{Runs}/run1")).GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_run_is_forgotten_on_request()
    {
        await Server.DataAsync(HttpMethod.Put, $"{Runs}/run1", 201);
        await Server.DataAsync(HttpMethod.Put, $"{Runs}/run1", 200);

        using var first = await Server.SendAsync(HttpMethod.Delete, $"{Runs}/run1");
        using var again = await Server.SendAsync(HttpMethod.Delete, $"{Runs}/run1");
        using var store = await Server.GetAsync("/v2/actor-runs/run1/key-value-store/keys");

        Assert.Equal(204, (int)first.StatusCode);
        await Errors.AssertErrorAsync(again, 404, "record-not-found", "Actor run was not found");
        await Errors.AssertErrorAsync(store, 404, "record-not-found", "Actor run was not found");
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"actor\":\"x\"}")]
    [InlineData("{\"actorId\":1}")]
    [InlineData("{\"actorId\":\"\"}")]
    [InlineData("{\"startedAt\":\"yesterday\"}")]
    [InlineData("{\"status\":\"DONE\"}")]
    [InlineData("{\"origin\":\"api\"}")]
    [InlineData("{")]
    public async Task A_run_that_cannot_be_understood_is_400_and_the_message_names_what_is_wrong(string json)
    {
        using var response = await Server.SendAsync(HttpMethod.Put, $"{Runs}/run1", OwnServer.Json(json));

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
        using var run = await Server.GetAsync($"{Runs}/run1");
        Assert.Equal(404, (int)run.StatusCode);
    }

    [Fact]
    public async Task The_access_to_a_store_is_the_same_by_its_shortcut()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        var store = await server.CreateAsync("closed", token: "tok-carol");
        await server.DataAsync(HttpMethod.Put, $"{Runs}/run1", 201, $$"""{"defaultKeyValueStoreId":"{{store.Split('/')[^1]}}"}""", token: "");

        using var anonymous = await server.GetAsync("/v2/actor-runs/run1/key-value-store", token: "");
        using var other = await server.GetAsync("/v2/actor-runs/run1/key-value-store", token: "tok-bob");

        await Errors.AssertErrorAsync(anonymous, 401, "token-not-valid");
        await Errors.AssertErrorAsync(other, 403, "permission-denied");
    }

    [Fact]
    public async Task Runs_of_the_configuration_lead_to_stores_by_id_or_name_also_in_a_live_folder()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, """
            {"KvsRecords":{"Runs":[
              {"Id":"run1","DefaultKeyValueStoreId":"other","ActorId":"jane/my-actor"},
              {"Id":"run2","DefaultKeyValueStoreId":"dev~my-store","ActorId":"jane/my-actor"}
            ]}}
            """);

        Assert.Equal(["x"], (await server.DownloadAsync("/v2/actor-runs/run1/key-value-store/records")).Keys);
        Assert.Equal(6, (await server.DownloadAsync("/v2/actors/jane~my-actor/runs/last/key-value-store/records")).Count);
    }
}
