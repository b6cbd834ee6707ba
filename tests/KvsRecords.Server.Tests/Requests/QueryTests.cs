using System.Text.Json;

namespace KvsRecords.Server.Tests;

/// <summary>What the raw query may hold.</summary>
public sealed class QueryTests(FolderFixture fixture) : FolderTests(fixture)
{
    [Theory]
    [InlineData("prefix=%zz")]
    [InlineData("prefix=%")]
    [InlineData("prefix=%4")]
    [InlineData("prefix=%ED%A0%80")]
    [InlineData("prefix=%FF")]
    [InlineData("prefix=%C3")]
    [InlineData("%zz=1")]
    [InlineData("unknown=%zz")]
    [InlineData("prefix=a%00b")]
    [InlineData("prefix=a%0Ab")]
    [InlineData("prefix=%1B[31m")]
    [InlineData("prefix=%7F")]
    [InlineData("prefix=%C2%85")]
    [InlineData("signature=%0D")]
    [InlineData("prefix=a&prefix=a")]
    [InlineData("prefix=&prefix=a")]
    [InlineData("collection=a&x=1&collection=b")]
    [InlineData("signature=a&signature=b")]
    [InlineData("token=apify_api_dev&token=apify_api_dev")]
    public async Task Text_that_cannot_be_decoded_control_characters_and_repetition_are_400(string query)
    {
        // A raw socket: HttpClient would repair some of these.
        var answer = await RawHttp.AskAsync(Server.Address, $"GET /v2/key-value-stores/dev~my-store/records?{query} HTTP/1.1");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Contains("{\"error\":{\"type\":\"invalid-input\",\"message\":\"Invalid input: ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_wrong_with_a_token_or_a_signature_is_said_without_repeating_it()
    {
        foreach (var name in new[] { "token", "signature" })
        {
            var answer = await RawHttp.AskAsync(Server.Address, $"GET /v2/key-value-stores/x/records?{name}=very-secret%zz HTTP/1.1");
            Assert.Contains($"\\\"{name}\\\"", answer, StringComparison.Ordinal);
            Assert.DoesNotContain("very-secret", answer, StringComparison.Ordinal);
        }
    }

    /// <summary>Of each flag that there is; Python's <c>requests</c> sends <c>True</c>.</summary>
    [Theory]
    [InlineData("True", true)]
    [InlineData("TRUE", true)]
    [InlineData("+tRuE%09", null)]
    [InlineData("%20true+", true)]
    [InlineData("1+", true)]
    [InlineData("False", false)]
    [InlineData("++FALSE", false)]
    [InlineData("+0", false)]
    [InlineData("+", false)]
    [InlineData("yes", null)]
    [InlineData("tru+e", null)]
    [InlineData("01", null)]
    public async Task Truth_values_are_trimmed_and_compared_without_case(string text, bool? meant)
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        await server.CreateAsync(name: null);
        await server.PutAsync(store, "a", "x");

        using var record = await server.GetAsync($"{store}/records/a?attachment={text}");
        using var descending = await server.GetAsync($"/v2/key-value-stores?desc={text}");
        using var unnamed = await server.GetAsync($"/v2/key-value-stores?unnamed={text}");

        if (meant is null)
        {
            foreach (var (response, name) in new[] { (record, "attachment"), (descending, "desc"), (unnamed, "unnamed") })
                Assert.Contains($"\"{name}\"", await Errors.AssertErrorAsync(response, 400, "invalid-input"), StringComparison.Ordinal);
            return;
        }

        Assert.Equal(meant, record.Content.Headers.ContentDisposition is not null);
        Assert.Equal(meant, (await DataAsync(descending)).GetProperty("desc").GetBoolean());
        Assert.Equal(meant, (await DataAsync(unnamed)).GetProperty("unnamed").GetBoolean());
        Assert.Equal(meant is true ? 2 : 1, (await DataAsync(unnamed)).GetProperty("total").GetInt32());

        static async Task<JsonElement> DataAsync(HttpResponseMessage response)
        {
            using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
            return json.RootElement.GetProperty("data").Clone();
        }
    }

    [Theory]
    [InlineData("GET  HTTP/1.1")]
    [InlineData("GET /%00 HTTP/1.1")]
    [InlineData("GET /v2/key-value-stores/%00/records HTTP/1.1")]
    [InlineData("nonsense")]
    public async Task What_Kestrel_refuses_before_any_code_runs_is_its_bare_400(string requestLine)
    {
        Assert.StartsWith("HTTP/1.1 400 ", await RawHttp.AskAsync(Server.Address, requestLine), StringComparison.Ordinal);
    }
}
