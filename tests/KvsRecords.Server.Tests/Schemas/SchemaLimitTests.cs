using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>
/// Values and schemas that are meant to take time or memory: 400 with the limit, and the server goes on. <c>.ci/bombs</c> prints what they
/// take.
/// </summary>
public sealed class SchemaLimitTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Backtracking = """{"items":{"pattern":"^(a+)+$"}}""";

    private static readonly string Texts = JsonSerializer.Serialize(Enumerable.Repeat(new string('a', 40) + "!", 400));

    // Of what a busy machine adds.
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(12);

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Endless => new()
    {
        { "a pattern for each of many texts", Backtracking, Texts },
        { "a pattern for names", """{"patternProperties":{"^(a+)+$":{}}}""", $"{{\"{new string('a', 60)}!\":1}}" },
        { "a pattern in propertyNames", """{"propertyNames":{"pattern":"^(([a-z])+.)+[A-Z]([a-z])+$"}}""", $"{{\"{new string('a', 60)}\":1}}" },
        { "an enum for each of many values", $$"""{"items":{"not":{"enum":[{{string.Join(',', Enumerable.Range(0, 40_000).Select(i => $"[{i}]"))}}] } } }""", $"[{string.Join(',', Enumerable.Repeat("[-1]", 40_000))}]" },
        { "names that are required", $$"""{"required":[{{string.Join(',', Enumerable.Range(0, 9_000).Select(i => $"\"k{i}\""))}}],"not":{ } }""", $"{{{string.Join(',', Enumerable.Range(0, 200_000).Select(i => $"\"x{i}\":1"))}}}" },
        { "schemas that double at each level", """{"properties":{"a":{"anyOf":[{"$ref":"#"},{"$ref":"#"}]}},"not":{"type":"integer"}}""", $"{string.Concat(Enumerable.Repeat("{\"a\":", 60))}1{new string('}', 60)}" },
    };

    [Theory]
    [MemberData(nameof(Endless))]
    public async Task What_takes_too_long_is_400_soon(string what, string schema, string value)
    {
        await DeclareAsync(Server, schema);

        var began = Stopwatch.GetTimestamp();
        using var response = await Server.SendAsync(HttpMethod.Put, "/v2/key-value-stores/~s/records/a", OwnServer.Json(value));

        Assert.True(response.StatusCode == HttpStatusCode.BadRequest, what);
        Assert.Contains("takes too long: more than 2 seconds", await response.Content.ReadAsStringAsync(Running), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, Soon);
    }

    public static TheoryData<string, string, string> Limited => new()
    {
        { "{}", "[1,2,3,4,5,6,7,8,9,10]", "more than 10 values and names (--max-schema-tokens)" },
        { "{}", """{"a":1,"b":2,"c":3,"d":4,"e":[]}""", "more than 10 values and names (--max-schema-tokens)" },
        { """{"pattern":"a"}""", $"\"{new string('a', 40_000)}\"", "longer than 32768 characters" },
        { """{"patternProperties":{"a":{}}}""", $"{{\"{new string('a', 40_000)}\":1}}", "longer than 32768 characters" },
        { """{"enum":["a"]}""", $"\"{new string('b', 1_000_000)}{Escapes(100_000)}\"", "longer than 1048576 bytes" },
        { """{"uniqueItems":true}""", $"[\"{Escapes(400_000)}\",\"{Escapes(400_000)}\"]", "longer than 1048576 bytes" },
        { """{"type":"integer"}""", new string('1', 1_100_000), "longer than 1048576 bytes" },
        { """{"multipleOf":7}""", new string('1', 1_100_000), "longer than 1048576 bytes" },
        { """{"const":1}""", $"1e{new string('1', 1_100_000)}", "longer than 1048576 bytes" },
        { """{"properties":{"a":{}}}""", $"{{\"{new string('b', 1_100_000)}\":1}}", "longer than 1048576 bytes" },
        { """{"allOf":[{"$ref":"#"}]}""", "1", "refers to itself without end, or too deeply" },
    };

    [Theory]
    [MemberData(nameof(Limited))]
    public async Task What_is_too_much_is_400_with_the_limit_and_nothing_is_stored(string schema, string value, string limit)
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.MaxSchemaTokens, "10"));
        await DeclareAsync(server, schema);

        using var response = await server.SendAsync(HttpMethod.Put, "/v2/key-value-stores/~s/records/a", OwnServer.Json(value));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Running));
        var error = json.RootElement.GetProperty("error");
        Assert.Equal("schema-validation-error", error.GetProperty("type").GetString());
        Assert.Contains(limit, error.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, (await server.DataAsync(HttpMethod.Get, "/v2/key-value-stores/~s/keys")).GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("{}", "[1,2,3,4,5,6,7,8,9]")]
    [InlineData("""{"maxLength":2000000}""", "LONG")]
    [InlineData("""{"enum":["a","LONG"]}""", "LONG")]
    [InlineData("""{"properties":{"a":{"type":"string"}},"required":["a"]}""", "{\"a\":\"LONG\"}")]
    public async Task What_needs_no_more_than_its_length_may_be_long_and_comes_back_as_it_was(string schema, string value)
    {
        var text = new string('x', 1_000_000);
        value = value.Replace("LONG", value == "LONG" ? $"\"{text}\"" : text, StringComparison.Ordinal);
        await using var server = await OwnServer.StartAsync(flags: (Setting.MaxSchemaTokens, "10"));
        await DeclareAsync(server, schema.Replace("LONG", text, StringComparison.Ordinal));

        await server.PutAsync("/v2/key-value-stores/~s", "a", value, "application/json");

        using var read = await server.GetAsync("/v2/key-value-stores/~s/records/a");
        Assert.Equal(value, await read.Content.ReadAsStringAsync(Running));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    public async Task A_small_upload_of_very_many_values_is_400_with_the_limit(string encoding)
    {
        await DeclareAsync(Server, """{"type":"array","items":{"type":"integer"}}""");
        var body = Encode(encoding, "["u8, "0,"u8, 10_000_000, "0]"u8);
        Assert.InRange(body.Length, 1, 100_000);

        using var response = await Server.SendAsync(HttpMethod.Put, "/v2/key-value-stores/~s/records/a", OwnServer.Body(body, "application/json", encoding));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("more than 1000000 values", await response.Content.ReadAsStringAsync(Running), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_of_any_exponent_ends_neither_the_process_nor_the_check()
    {
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--port", "0", "--rate-limit", "off"]);
        using var client = new HttpClient { BaseAddress = server.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", RunningServer.DevelopmentToken);
        using (await client.PostAsync("/v2/key-value-stores?name=s", Declaration("""{"multipleOf":3,"minimum":-1e300}"""), Running))
        {
        }

        foreach (var number in (string[])["1e99999999", "1e-99999999", "9e2147483647", "9e2147483648", "-1E+999999999999999999999", $"0.{new string('3', 500_000)}", new string('9', 500_000)])
        {
            using var response = await client.PutAsync("/v2/key-value-stores/~s/records/a", OwnServer.Json(number), Running);
            Assert.True((int)response.StatusCode is 201 or 400, number[..10]);
        }
    }

    [Fact]
    public async Task The_checks_of_clients_that_leave_end_so_that_the_next_value_is_written_soon()
    {
        await DeclareAsync(Server, Backtracking);

        for (var i = 0; i < 10 * Environment.ProcessorCount; i++)
        {
            using var leaves = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
            using var request = new HttpRequestMessage(HttpMethod.Put, "/v2/key-value-stores/~s/records/a") { Content = OwnServer.Json(Texts) };
            request.Headers.Authorization = new("Bearer", RunningServer.DevelopmentToken);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Server.Client.SendAsync(request, leaves.Token));
        }

        var began = Stopwatch.GetTimestamp();
        await Server.PutAsync("/v2/key-value-stores/~s", "a", "[\"aa\"]", "application/json");

        // To the end of their time, they would take twenty seconds.
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task A_long_value_is_spooled_out_of_sight_and_nothing_is_left()
    {
        await DeclareAsync(Server, """{"type":"string"}""");
        var before = Directory.GetFiles(Server.DataFolder).Order().ToList();
        using var connection = await RawConnection.OpenAsync(Server.Address);
        await connection.SendAsync(
            $"PUT /v2/key-value-stores/~s/records/a HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {RunningServer.DevelopmentToken}\r\n"
            + $"Content-Type: application/json\r\nContent-Length: 1000000\r\n\r\n\"{new string('x', 600_000)}");

        await Eventually.HoldsAsync(() => Directory.GetFiles("/proc/self/fd").Select(link => new FileInfo(link).LinkTarget).ToList(), HaveOneWithoutName);
        Assert.Equal(before, Directory.GetFiles(Server.DataFolder).Order());
        await connection.SendAsync($"{new string('x', 399_998)}\"");

        Assert.Equal(201, (await connection.ReadAnswerAsync()).Status);
        Assert.Equal(before, Directory.GetFiles(Server.DataFolder).Order());

        bool HaveOneWithoutName(List<string?> files) =>
            files.Exists(file => file?.StartsWith(Server.DataFolder, StringComparison.Ordinal) == true && file.EndsWith(" (deleted)", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("many schemas", "more than 10000 schemas")]
    [InlineData("a long pattern", "more than 10000 characters")]
    [InlineData("a long one", "longer than 1048576 bytes")]
    public async Task A_schema_that_is_too_large_is_400_with_the_limit(string what, string limit)
    {
        var schema = what switch
        {
            "many schemas" => $$"""{"allOf":[{{string.Join(',', Enumerable.Repeat("{}", 10_001))}}]}""",
            "a long pattern" => $$"""{"pattern":"{{new string('(', 10_001)}}"}""",
            _ => $$"""{"enum":["{{new string('x', 1_048_576)}}"]}""",
        };

        using var response = await Server.SendAsync(HttpMethod.Post, "/v2/key-value-stores?name=s", Declaration(schema));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(limit, await response.Content.ReadAsStringAsync(Running), StringComparison.Ordinal);
    }

    private static string Escapes(int count) => string.Concat(Enumerable.Repeat("\\u0062", count));

    private static byte[] Encode(string encoding, ReadOnlySpan<byte> begin, ReadOnlySpan<byte> middle, int count, ReadOnlySpan<byte> end)
    {
        using var body = new MemoryStream();
        using (Stream encoded = encoding switch
        {
            "gzip" => new GZipStream(body, CompressionLevel.Optimal, leaveOpen: true),
            "br" => new BrotliStream(body, CompressionLevel.Fastest, leaveOpen: true),
            _ => new ZLibStream(body, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            encoded.Write(begin);
            var piece = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(Encoding.UTF8.GetString(middle), 10_000)));
            for (var i = 0; i < count / 10_000; i++)
                encoded.Write(piece);
            encoded.Write(end);
        }

        return body.ToArray();
    }

    private static async Task DeclareAsync(OwnServer server, string schema)
    {
        using var created = await server.SendAsync(HttpMethod.Post, "/v2/key-value-stores?name=s", Declaration(schema));
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
    }

    private static StringContent Declaration(string schema) => OwnServer.Json(
        "{\"schema\":{\"actorKeyValueStoreSchemaVersion\":1,\"title\":\"t\",\"collections\":"
        + $"{{\"a\":{{\"key\":\"a\",\"contentTypes\":[\"application/json\"],\"jsonSchema\":{schema}}}}}}}}}");
}
