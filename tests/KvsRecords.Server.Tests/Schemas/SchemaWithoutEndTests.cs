using System.Runtime.InteropServices;

namespace KvsRecords.Server.Tests;

/// <summary>JSON Schemas whose references have no end, and numbers that have none for what compares them: an error, and never a fault of the server.</summary>
public sealed class SchemaWithoutEndTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Draft202012 = "\"$schema\":\"https://json-schema.org/draft/2020-12/schema\",";

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    /// <summary>In a process of its own: what is tested would end this one, too.</summary>
    [Fact]
    public async Task A_reference_back_to_the_same_value_is_400_and_the_server_goes_on()
    {
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--port", "0", "--rate-limit", "off"]);
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningServer.DevelopmentToken);
        string[] schemas =
        [
            """{"allOf":[{"$ref":"#"}]}""",
            $$"""{{{Draft202012}}"anyOf":[{"$ref":"#"}]}""",
            """{"not":{"$ref":"#"}}""",
            """{"if":{"$ref":"#"}}""",
            """{"definitions":{"a":{"oneOf":[{"$ref":"#/definitions/b"}]},"b":{"oneOf":[{"$ref":"#/definitions/a"}]}},"$ref":"#/definitions/a"}""",
            Chain(1_100),
        ];

        for (var i = 0; i < schemas.Length; i++)
        {
            using var created = await client.PostAsync($"/v2/key-value-stores?name=s{i}", Declare(schemas[i]), Running);
            using var written = await client.PutAsync($"/v2/key-value-stores/~s{i}/records/a", OwnServer.Json("{}"), Running);

            Assert.Equal((201, 400), ((int)created.StatusCode, (int)written.StatusCode));
            Assert.Contains("refers to itself without end, or too deeply", await written.Content.ReadAsStringAsync(Running), StringComparison.Ordinal);
        }

        server.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await server.ExitAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData(Draft202012)]
    public async Task A_reference_that_goes_down_with_the_value_is_followed(string draft)
    {
        using (await Server.SendAsync(HttpMethod.Post, "/v2/key-value-stores?name=s", Declare($"{{{draft}\"type\":\"object\",\"properties\":{{\"a\":{{\"$ref\":\"#\"}}}}}}")))
        {
        }

        async Task<int> PutAsync(string end)
        {
            using var response = await Server.SendAsync(
                HttpMethod.Put, "/v2/key-value-stores/~s/records/a",
                OwnServer.Json($"{string.Concat(Enumerable.Repeat("{\"a\":", 60))}{end}{new string('}', 60)}"));
            return (int)response.StatusCode;
        }

        Assert.Equal((201, 400), (await PutAsync("{}"), await PutAsync("1")));
    }

    [Theory]
    [InlineData("""{"enum":[1]}""", "1e400")]
    [InlineData("""{"const":1e400}""", "1")]
    [InlineData("""{"uniqueItems":true}""", "[1e400,1e400]")]
    [InlineData("""{"multipleOf":0.1,"maximum":1}""", "1e400")]
    public async Task A_number_that_nothing_can_be_compared_with_is_400(string jsonSchema, string value)
    {
        using (var created = await Server.SendAsync(HttpMethod.Post, "/v2/key-value-stores?name=s", Declare(jsonSchema)))
            Assert.Equal(201, (int)created.StatusCode);

        using var response = await Server.SendAsync(HttpMethod.Put, "/v2/key-value-stores/~s/records/a", OwnServer.Json(value));

        Assert.Equal(400, (int)response.StatusCode);
    }

    private static string Chain(int length) =>
        $"{{\"definitions\":{{{string.Concat(Enumerable.Range(0, length - 1).Select(i => $"\"{i}\":{{\"allOf\":[{{\"$ref\":\"#/definitions/{i + 1}\"}}]}},"))}"
        + $"\"{length - 1}\":{{}}}},\"$ref\":\"#/definitions/0\"}}";

    private static StringContent Declare(string jsonSchema) => OwnServer.Json(
        "{\"schema\":{\"actorKeyValueStoreSchemaVersion\":1,\"title\":\"t\",\"collections\":"
        + $"{{\"a\":{{\"key\":\"a\",\"contentTypes\":[\"application/json\"],\"jsonSchema\":{jsonSchema}}}}}}}}}");
}
