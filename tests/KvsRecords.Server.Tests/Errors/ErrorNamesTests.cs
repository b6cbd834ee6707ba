using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary><c>--error-names</c>: errors as the specification names them, and as the live service does.</summary>
public sealed class ErrorNamesTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Insufficient =
        "Insufficient permissions for the key-value store. Make sure you're passing a correct API token and that it has the required permissions.";

    private const string My = "/v2/key-value-stores/" + Configurations.StoreId;

    [Theory]
    [InlineData("GET", My, "", 401, "token-not-valid", "Authentication token is not valid.", "token-not-provided", "Authentication token was not provided")]
    [InlineData("GET", "/v2/users/me", "", 401, "token-not-valid", "Authentication token is not valid.", "token-not-provided", "Authentication token was not provided")]
    [InlineData("GET", "/v2/key-value-stores/~x/keys", "", 401, "token-not-valid", "Authentication token is not valid.", "token-not-provided", "Authentication token was not provided")]
    [InlineData("GET", My, "nobody's", 401, "token-not-valid", "Authentication token is not valid.", "user-or-token-not-found", "User was not found or authentication token is not valid")]
    [InlineData("GET", "/v2/users/alice", "nobody's", 401, "token-not-valid", "Authentication token is not valid.", "user-or-token-not-found", "User was not found or authentication token is not valid")]
    [InlineData("GET", My + "/records", "tok-carol", 403, "permission-denied", "You do not have permission to perform this action.", "insufficient-permissions", Insufficient)]
    [InlineData("GET", My + "/keys?signature=x", "", 403, "permission-denied", "You do not have permission to perform this action.", "insufficient-permissions", Insufficient)]
    [InlineData("DELETE", My, "tok-bob", 403, "permission-denied", "You do not have permission to perform this action.", "insufficient-permissions", Insufficient)]
    [InlineData("PUT", "/v2/users/me/limits", "tok-alice", 403, "permission-denied", "The limits of a user cannot be changed here: this server has none of them.", "insufficient-permissions", "The limits of a user cannot be changed here: this server has none of them.")]
    [InlineData("GET", "/v2/key-value-stores/nope", "tok-alice", 404, "record-not-found", "Key-value Store was not found", "record-not-found", "Store was not found")]
    [InlineData("GET", My + "/records/nope", "tok-alice", 404, "record-not-found", "Record was not found", "record-not-found", "Record was not found")]
    [InlineData("GET", My + "/keys?limit=x", "tok-alice", 400, "invalid-input", "Invalid input: The query parameter \"limit\" must be a whole number, 0 or more.", "invalid-request", "The query parameter \"limit\" must be a whole number, 0 or more.")]
    [InlineData("GET", "/v2/key-value-stores/~/keys", "tok-alice", 400, "invalid-input", "Invalid input: The name of the store is empty. It is called by its id, or by username~store-name.", "invalid-request", "The name of the store is empty. It is called by its id, or by username~store-name.")]
    [InlineData("GET", "/nowhere", "", 404, "page-not-found", "We have bad news: there is no API endpoint at this URL. Did you specify it correctly?", "page-not-found", "We have bad news: there is no API endpoint at this URL. Did you specify it correctly?")]
    [InlineData("PATCH", My, "", 405, "method-not-allowed", "This API end-point can only be accessed using the following HTTP methods: OPTIONS,GET,PUT,DELETE", "method-not-allowed", "This API end-point can only be accessed using the following HTTP methods: OPTIONS,GET,PUT,DELETE")]
    public async Task An_error_has_the_names_that_are_set(
        string method, string url, string token, int status, string type, string message, string serviceType, string serviceMessage)
    {
        await using var specification = await OwnServer.StartAsync(Configurations.Shop());
        await using var service = await OwnServer.StartAsync(Configurations.Shop(), flags: (Setting.ErrorNames, "service"));

        using var bySpecification = await specification.SendAsync(new HttpMethod(method), url, token: token);
        using var byService = await service.SendAsync(new HttpMethod(method), url, token: token);

        await Errors.AssertErrorAsync(bySpecification, status, type, message);
        await Errors.AssertErrorAsync(byService, status, serviceType, serviceMessage);
    }

    [Theory]
    [InlineData("/v2/key-value-stores/~a/keys", "1", "1")]
    [InlineData("/v2/key-value-stores/~a/keys", "7", "7")]
    [InlineData("/v2/users/me", "2", "2")]
    public async Task A_429_of_the_service_says_how_many_requests_a_second_there_may_be(string url, string limit, string said)
    {
        await using var server = await OwnServer.StartAsync(rateLimit: limit, flags: (Setting.ErrorNames, "service"));

        var responses = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => server.GetAsync(url)));

        await Errors.AssertErrorAsync(
            responses.First(response => (int)response.StatusCode == 429), 429, "rate-limit-exceeded",
            $"You have exceeded the rate limit of {said} requests per second");
    }

    [Fact]
    public async Task What_is_listed_of_requests_has_the_type_that_was_sent()
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.ErrorNames, "service"));
        (await server.GetAsync("/v2/users/me", "nobody's")).Dispose();

        var items = (await server.DataAsync(HttpMethod.Get, "/_emulator/requests")).GetProperty("items");

        Assert.Equal("user-or-token-not-found", items[0].GetProperty("errorType").GetString());
    }

    /// <summary>A rule with a type means that type; one with a status what the server would say.</summary>
    [Theory]
    [InlineData("""{"status":403}""", 403, "permission-denied", "insufficient-permissions")]
    [InlineData("""{"status":401}""", 401, "token-not-valid", "user-or-token-not-found")]
    [InlineData("""{"status":429}""", 429, "rate-limit-exceeded", "rate-limit-exceeded")]
    [InlineData("""{"type":"insufficient-permissions"}""", 403, "insufficient-permissions", "insufficient-permissions")]
    [InlineData("""{"type":"token-not-provided"}""", 401, "token-not-provided", "token-not-provided")]
    [InlineData("""{"type":"permission-denied"}""", 403, "permission-denied", "permission-denied")]
    [InlineData("""{"type":"invalid-request"}""", 400, "invalid-request", "invalid-request")]
    [InlineData("""{"type":"invalid-input","status":400}""", 400, "invalid-input", "invalid-input")]
    [InlineData("""{"type":"user-or-token-not-found","status":401}""", 401, "user-or-token-not-found", "user-or-token-not-found")]
    [InlineData("""{"type":"token-not-provided","status":418}""", 418, "token-not-provided", "token-not-provided")]
    public async Task A_fault_can_name_an_error_either_way(string rule, int status, string type, string serviceType)
    {
        await using var specification = await OwnServer.StartAsync();
        await using var service = await OwnServer.StartAsync(flags: (Setting.ErrorNames, "service"));
        await AssertFaultAsync(specification, type);
        await AssertFaultAsync(service, serviceType);

        async Task AssertFaultAsync(OwnServer server, string expected)
        {
            await server.DataAsync(HttpMethod.Put, "/_emulator/faults", json: $"[{rule}]");
            using var response = await server.GetAsync("/v2/users/me");
            await Errors.AssertErrorAsync(response, status, expected);

            await server.DataAsync(HttpMethod.Put, "/_emulator/faults", json: $"[{rule[..^1]},\"message\":\"No.\"}}]");
            using var withMessage = await server.GetAsync("/v2/users/me");
            await Errors.AssertErrorAsync(withMessage, status, expected, "No.");
        }
    }

    [Fact]
    public async Task A_fault_by_a_type_has_the_message_that_belongs_to_it()
    {
        await Server.DataAsync(HttpMethod.Put, "/_emulator/faults", json: """[{"type":"insufficient-permissions"}]""");

        using var response = await Server.GetAsync("/v2/users/me");

        await Errors.AssertErrorAsync(response, 403, "insufficient-permissions", Insufficient);
    }
}
