using System.Text.Json;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary><c>GET /v2/actor-runs/{runId}</c> and <c>GET …/runs/last</c>: runs that have been declared.</summary>
public sealed class ActorRunTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Runs = "/_emulator/runs";

    [Fact]
    public async Task A_run_has_the_members_that_the_APIs_documentation_requires()
    {
        var store = await Server.CreateAsync("results");
        await Server.DataAsync(
            HttpMethod.Put, $"{Runs}/run1", 201,
            """{"defaultKeyValueStoreId":"results","actorId":"jane/actor","actorTaskId":"task1","startedAt":"2026-01-31T12:00:00Z","status":"TIMED-OUT","origin":"CI"}""");

        foreach (var url in new[]
        {
            "/v2/actor-runs/run1", "/v2/actors/jane~actor/runs/last", "/v2/acts/jane~actor/runs/last", "/v2/actor-tasks/task1/runs/last",
            "/v2/actors/jane%2Factor/runs/last?status=TIMED-OUT&origin=CI", "/v2/actor-runs/run1?waitForFinish=60",
        })
        {
            var run = await Server.DataAsync(HttpMethod.Get, url);
            Assert.Equal(
                [
                    "id", "actId", "userId", "actorTaskId", "startedAt", "finishedAt", "status", "meta", "stats", "options", "buildId",
                    "defaultKeyValueStoreId", "defaultDatasetId", "defaultRequestQueueId", "generalAccess",
                ],
                run.EnumerateObject().Select(member => member.Name));
            Assert.Equal(
                ("run1", "jane/actor", "KvsRecordsDevUser", "task1", "2026-01-31T12:00:00.000Z", "2026-01-31T12:00:00.000Z", "TIMED-OUT", "FOLLOW_USER_SETTING"),
                (Text(run, "id"), Text(run, "actId"), Text(run, "userId"), Text(run, "actorTaskId"), Text(run, "startedAt"), Text(run, "finishedAt"),
                    Text(run, "status"), Text(run, "generalAccess")));
            Assert.Equal("""{"origin":"CI"}""", run.GetProperty("meta").GetRawText());
            Assert.Equal("""{"build":"latest","timeoutSecs":0,"memoryMbytes":1024,"diskMbytes":2048}""", run.GetProperty("options").GetRawText());
            Assert.Equal(store.Split('/')[^1], Text(run, "defaultKeyValueStoreId"));
            Assert.All(["buildId", "defaultDatasetId", "defaultRequestQueueId"], id => Assert.True(StoreId.IsWellFormed(Text(run, id)!)));
        }
    }

    [Theory]
    [InlineData("READY", false)]
    [InlineData("RUNNING", false)]
    [InlineData("SUCCEEDED", true)]
    [InlineData("FAILED", true)]
    [InlineData("TIMING-OUT", false)]
    [InlineData("TIMED-OUT", true)]
    [InlineData("ABORTING", false)]
    [InlineData("ABORTED", true)]
    public async Task A_run_that_has_not_ended_has_no_end(string status, bool isFinished)
    {
        await Server.DataAsync(HttpMethod.Put, $"{Runs}/run1", 201, $$"""{"status":"{{status}}"}""");

        var run = await Server.DataAsync(HttpMethod.Get, "/v2/actor-runs/run1");

        Assert.Equal(isFinished ? JsonValueKind.String : JsonValueKind.Null, run.GetProperty("finishedAt").ValueKind);
        Assert.Equal(JsonValueKind.String, run.GetProperty("actId").ValueKind);
    }

    [Theory]
    [InlineData("status=DONE", "status")]
    [InlineData("status=succeeded", "status")]
    [InlineData("status=SUCCEEDED,FAILED", "status")]
    [InlineData("origin=api", "origin")]
    [InlineData("status=FAILED&origin=MOON", "origin")]
    public async Task An_unknown_status_or_origin_is_400_wherever_a_last_run_is_meant(string query, string name)
    {
        await Server.DataAsync(HttpMethod.Put, $"{Runs}/run1", 201, """{"actorId":"a","actorTaskId":"a"}""");

        foreach (var last in new[] { "/v2/actors/a/runs/last", "/v2/acts/a/runs/last", "/v2/actor-tasks/a/runs/last" })
        {
            foreach (var url in new[] { last, $"{last}/key-value-store", $"{last}/key-value-store/keys", $"{last}/key-value-store/records", $"{last}/key-value-store/records/x" })
            {
                using var response = await Server.GetAsync($"{url}?{query}");
                var message = await Errors.AssertErrorAsync(response, 400, "invalid-input");
                Assert.Contains($"\"{name}\"", message, StringComparison.Ordinal);
            }
        }

        using var byId = await Server.GetAsync($"/v2/actor-runs/run1?{query}");
        Assert.Equal(200, (int)byId.StatusCode);
    }

    [Fact]
    public async Task A_run_that_is_not_there_is_404()
    {
        await Server.DataAsync(HttpMethod.Put, $"{Runs}/run1", 201, """{"actorId":"a","status":"FAILED"}""");

        foreach (var url in new[] { "/v2/actor-runs/nope", "/v2/actors/b/runs/last", "/v2/actors/a/runs/last?status=SUCCEEDED", "/v2/actor-tasks/a/runs/last" })
        {
            using var response = await Server.GetAsync(url);
            await Errors.AssertErrorAsync(response, 404, "record-not-found", "Actor run was not found");
        }
    }

    [Theory]
    [InlineData("RESTRICTED", "tok-alice", 200)]
    [InlineData("RESTRICTED", "tok-bob", 200)]
    [InlineData("RESTRICTED", "tok-carol", 403)]
    [InlineData("RESTRICTED", "", 401)]
    [InlineData("RESTRICTED", "nobody's", 401)]
    [InlineData("ANYONE_WITH_ID_CAN_READ", "", 200)]
    [InlineData("ANYONE_WITH_ID_CAN_READ", "nobody's", 401)]
    public async Task Those_read_a_run_who_may_read_its_store_by_id(string generalAccess, string token, int status)
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop(generalAccess));
        await server.DataAsync(HttpMethod.Put, $"{Runs}/run1", 201, """{"defaultKeyValueStoreId":"alice~my-store","actorId":"a"}""", token: "");

        foreach (var url in new[] { "/v2/actor-runs/run1", "/v2/actors/a/runs/last" })
        {
            using var response = await server.GetAsync(url, token);
            Assert.Equal(status, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task A_run_whose_store_is_gone_is_the_first_users()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        await server.DataAsync(HttpMethod.Put, $"{Runs}/run1", 201, """{"defaultKeyValueStoreId":"nope"}""", token: "");

        var run = await server.DataAsync(HttpMethod.Get, "/v2/actor-runs/run1", token: "tok-alice");
        using var other = await server.GetAsync("/v2/actor-runs/run1", "tok-bob");
        using var anonymous = await server.GetAsync("/v2/actor-runs/run1", "");

        Assert.Equal(("nope", "AliceUser00000001"), (Text(run, "defaultKeyValueStoreId"), Text(run, "userId")));
        await Errors.AssertErrorAsync(other, 403, "permission-denied");
        await Errors.AssertErrorAsync(anonymous, 401, "token-not-valid");
    }

    private static string? Text(JsonElement json, string member) => json.GetProperty(member).GetString();
}
