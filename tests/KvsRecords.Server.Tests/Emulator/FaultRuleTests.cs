namespace KvsRecords.Server.Tests;

/// <summary>Which requests a rule means, how they are counted, and which rules are refused.</summary>
public sealed class FaultRuleTests
{
    [Theory]
    [InlineData("method", "delete", "DELETE", "{record}")]
    [InlineData("method", "HEAD", "HEAD", "{store}/records")]
    [InlineData("operation", "listStores", "GET", "/v2/key-value-stores")]
    [InlineData("operation", "createStore", "POST", "/v2/key-value-stores")]
    [InlineData("operation", "getStore", "GET", "{store}")]
    [InlineData("operation", "updateStore", "PUT", "{store}")]
    [InlineData("operation", "deleteStore", "DELETE", "{store}")]
    [InlineData("operation", "listKeys", "GET", "{store}/keys")]
    [InlineData("operation", "downloadRecords", "GET", "{store}/records")]
    [InlineData("operation", "downloadRecords", "HEAD", "{store}/records")]
    [InlineData("operation", "getRecord", "GET", "{record}")]
    [InlineData("operation", "putRecord", "PUT", "{record}")]
    [InlineData("operation", "putRecord", "GET", "{record}?method=POST")]
    [InlineData("operation", "deleteRecord", "DELETE", "{record}")]
    [InlineData("operation", "getUser", "GET", "/v2/users/me")]
    [InlineData("store", "shop", "GET", "{store}/keys")]
    [InlineData("store", "DEV~shop", "GET", "/v2/key-value-stores/~shop/keys")]
    [InlineData("store", "~shop", "GET", "{store}")]
    [InlineData("key", "a'(1).txt", "GET", "{record}")]
    [InlineData("prefix", "a'", "GET", "{record}")]
    [InlineData("prefix", "a'", "GET", "{store}/records?prefix=a'(")]
    public async Task A_rule_means(string member, string value, string method, string url)
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync($$"""[{"{{member}}":"{{value}}","status":503}]""");

        Assert.Equal(503, await AskAsync(server, method, url));
        Assert.Equal([(1, 1)], await server.CountsAsync());
    }

    [Theory]
    [InlineData("method", "PUT", "GET", "{record}")]
    [InlineData("operation", "listKeys", "GET", "{store}/records")]
    [InlineData("operation", "getStore", "GET", "{store}/keys")]
    [InlineData("store", "other", "GET", "{store}/keys")]
    [InlineData("store", "somebody~shop", "GET", "{store}/keys")]
    [InlineData("store", "shop", "GET", "/v2/key-value-stores")]
    [InlineData("key", "a'(1)", "GET", "{record}")]
    [InlineData("prefix", "b", "GET", "{record}")]
    [InlineData("prefix", "b", "GET", "{store}/records")]
    public async Task A_rule_does_not_mean(string member, string value, string method, string url)
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync($$"""[{"{{member}}":"{{value}}","status":503}]""");

        Assert.Equal(200, await AskAsync(server, method, url));
        Assert.Equal([(0, 0)], await server.CountsAsync());
    }

    [Theory]
    [InlineData("""{"nth":2}""", "01000", 5, 1)]
    [InlineData("""{"count":2}""", "11000", 5, 2)]
    [InlineData("""{"nth":2,"count":3}""", "01110", 5, 3)]
    [InlineData("""{"probability":1}""", "11111", 5, 5)]
    [InlineData("""{"probability":0}""", "00000", 5, 0)]
    public async Task The_requests_that_go_wrong_are(string when, string wrong, int matched, int applied)
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync($"[{when[..^1]},\"status\":500}}]");

        Assert.Equal(wrong, await WrongAsync(server, wrong.Length));
        Assert.Equal([(matched, applied)], await server.CountsAsync());
    }

    [Fact]
    public async Task With_the_same_seed_the_same_requests_go_wrong()
    {
        await using var server = await FaultServer.StartAsync();
        var patterns = new List<string>();
        foreach (var seed in new[] { 7, 8, 7 })
        {
            await server.SetAsync($$"""[{"probability":0.5,"seed":{{seed}},"status":500}]""");
            patterns.Add(await WrongAsync(server, 40));
        }

        // What the generator gives for this seed, on every machine.
        Assert.Equal(Expected(7), patterns[0]);
        Assert.Equal(patterns[0], patterns[2]);
        Assert.NotEqual(patterns[0], patterns[1]);

        static string Expected(int seed)
        {
            var random = new Random(seed);
            return string.Concat(Enumerable.Range(0, 40).Select(_ => random.NextDouble() < 0.5 ? '1' : '0'));
        }
    }

    [Fact]
    public async Task The_first_rule_whose_turn_it_is_applies_and_all_count()
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"nth":1,"status":500},{"nth":2,"status":503},{"count":1,"status":429}]""");

        foreach (var status in new[] { 500, 503, 429, 200 })
            Assert.Equal(status, await AskAsync(server));
        Assert.Equal([(4, 1), (4, 1), (4, 1)], await server.CountsAsync());
    }

    [Fact]
    public async Task The_emulators_own_requests_meet_no_fault_and_rules_can_be_read_set_again_and_cleared()
    {
        await using var server = await FaultServer.StartAsync();
        const string Rules = """[{"status":500,"delayMs":1},{"effect":"abort","bytes":3,"bytesPerSecond":9}]""";
        await server.SetAsync(Rules);

        Assert.Equal(200, await AskAsync(server, "GET", "/_emulator/health"));
        var read = await server.Server.DataAsync(HttpMethod.Get, "/_emulator/faults");
        var rules = $"[{string.Join(',', read.EnumerateArray().Select(fault => fault.GetProperty("rule").GetRawText()))}]";
        await server.SetAsync(rules);
        Assert.Equal(500, await AskAsync(server));

        using var deleted = await server.Server.SendAsync(HttpMethod.Delete, "/_emulator/faults", token: "");
        Assert.Equal(204, (int)deleted.StatusCode);
        Assert.Equal(200, await AskAsync(server));
        Assert.Empty(await server.CountsAsync());
    }

    [Theory]
    [InlineData("""{"status":500}""", "The request body must be a JSON array")]
    [InlineData("", "The request body must be a JSON array")]
    [InlineData("[7]", "at index 0: A rule must be a JSON object.")]
    [InlineData("""[{"status":500},{"stauts":500}]""", "at index 1: \"stauts\" is not known. Allowed: method, operation,")]
    [InlineData("""[{"status":500,"nth":"2"}]""", "\"nth\" must be a whole number from 1.")]
    [InlineData("""[{"status":500,"nth":0}]""", "\"nth\" must be a whole number from 1.")]
    [InlineData("""[{"status":500,"count":1.5}]""", "\"count\" must be a whole number from 1.")]
    [InlineData("""[{"status":500,"probability":1.1}]""", "\"probability\" must be a number from 0 to 1.")]
    [InlineData("""[{"status":500,"seed":1}]""", "\"seed\" is for a rule with \"probability\".")]
    [InlineData("""[{"status":418}]""", "\"status\" must be one of 400, 401, 403, 404, 405, 408, 409, 413, 415, 429, 500, 503,")]
    [InlineData("""[{"status":200,"type":"x"}]""", "\"status\" must be one of")]
    [InlineData("""[{"type":"nonsense"}]""", "\"type\" must be one of invalid-input, invalid-request, invalid-record-key,")]
    [InlineData("""[{"message":"x","delayMs":1}]""", "\"message\" and \"retryAfter\" are for a rule with")]
    [InlineData("""[{"effect":"explode"}]""", "\"effect\" must be one of refuse, abort-before-headers, abort,")]
    [InlineData("""[{"effect":"stale"}]""", "\"effect\" must be one of refuse,")]
    [InlineData("""[{"effect":3}]""", "\"effect\" must be one of refuse,")]
    [InlineData("""[{"effect":"refuse","bytes":1}]""", "\"bytes\" is for the effects abort, truncate, malformed-chunk and stall.")]
    [InlineData("""[{"effect":"abort","bytes":-1}]""", "\"bytes\" must be a whole number from 0.")]
    [InlineData("""[{"effect":"expired","status":500}]""", "An error takes the place of the answer")]
    [InlineData("""[{"bytesPerSecond":0}]""", "\"bytesPerSecond\" must be a whole number from 1.")]
    [InlineData("""[{"method":"BREW","status":500}]""", "\"method\" must be one of GET, HEAD,")]
    [InlineData("""[{"operation":"getRecords","status":500}]""", "\"operation\" must be one of listStores,")]
    [InlineData("""[{"key":"","status":500}]""", "\"key\" must be a text that is not empty.")]
    [InlineData("""[{"key":"a","key":"b","status":500}]""", "\"key\" is given more than once.")]
    [InlineData("""[{"method":"GET"}]""", "It says nothing of what goes wrong.")]
    public async Task A_rule_that_cannot_be_meant_is_400_and_the_rules_stay(string rules, string message)
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"status":503}]""");

        using var response = await server.Server.SendAsync(HttpMethod.Put, "/_emulator/faults", OwnServer.Json(rules), token: "");

        Assert.Contains(message, await Errors.AssertErrorAsync(response, 400, "invalid-input"), StringComparison.Ordinal);
        Assert.Equal(503, await AskAsync(server));
    }

    private static async Task<string> WrongAsync(FaultServer server, int requests)
    {
        var wrong = "";
        for (var i = 0; i < requests; i++)
            wrong += await AskAsync(server) == 500 ? '1' : '0';
        return wrong;
    }

    private static Task<int> AskAsync(FaultServer server, string method = "GET", string url = "{store}") => server.StatusAsync(
        url.Replace("{store}", server.Store, StringComparison.Ordinal).Replace("{record}", server.Record, StringComparison.Ordinal),
        new HttpMethod(method));
}
