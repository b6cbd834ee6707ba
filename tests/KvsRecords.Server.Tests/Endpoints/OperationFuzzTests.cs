using System.IO.Compression;
using System.Text;
using CsCheck;

namespace KvsRecords.Server.Tests;

/// <summary>Requests for each operation, with something wrong in the path, the query, a header, the body or its encoding.</summary>
public sealed class OperationFuzzTests
{
    private const string Schema = """
        {"schema":{"actorKeyValueStoreSchemaVersion":1,"title":"t","collections":{"a":{"key":"a","contentTypes":["application/json"],
        "jsonSchema":{"type":"object","properties":{"n":{"type":"number","minimum":0},"s":{"pattern":"^x"}},"required":["n"]}},"i":{"keyPrefix":"image-"}}}}
        """;

    private static readonly string[] Paths =
    [
        "/v2/key-value-stores", "/v2/key-value-stores/~my-store", "/v2/key-value-stores/dev~my-store/keys", "/v2/key-value-stores/~my-store/records",
        "/v2/key-value-stores/~my-store/records/a", "/v2/key-value-stores/~my-store/records/a", "/v2/key-value-stores/~my-store/records/b", "/v2/users/me",
        "/v2/actor-runs/run1/key-value-store/keys", "/v2/acts/dev~x/runs/last/key-value-store/records",
    ];

    private static readonly string[] OfEmulator =
        ["/_emulator/clock", "/_emulator/faults", "/_emulator/runs/run1", "/_emulator/requests", "/_emulator/stores", "/_emulator/reset", "/_emulator/health"];

    private static readonly string[] Queries =
    [
        "", "?limit=5&prefix=a&exclusiveStartKey=b", "?collection=i&prefix=image-", "?name=other&desc=1&unnamed=true&offset=1", "?method=PUT", "?signature=MC4wLjFtb04&attachment=1",
        "?status=200&operation=getRecord&since=2026-01-31T12:00:00.000Z", "?ownership=ownedByMe",
    ];

    private static readonly string[] Bodies =
    [
        Schema, """{"n":1,"s":"xyz"}""", """{"name":"other","title":"Title","generalAccess":"ANYONE_WITH_ID_CAN_READ"}""",
        """{"instant":"2026-01-31T12:00:00.000Z"}""", """{"offsetSecs":-3600.5}""",
        """[{"method":"GET","operation":"getRecord","store":"dev~x","key":"a","nth":1,"count":2,"probability":0.5,"seed":1,"status":503,"type":"x","message":"m","retryAfter":1},{"delayMs":10,"bytesPerSecond":1,"effect":"stall","bytes":7}]""",
        """{"defaultKeyValueStoreId":"dev~my-store","actorId":"dev~x","actorTaskId":"dev~t","status":"SUCCEEDED","origin":"API","startedAt":"2026-01-31T12:00:00.000Z"}""",
    ];

    private static readonly Gen<string> Ranges = Mutation.Tokens(
        ["bytes=0-9", "bytes=-5", "bytes=3-", "bytes=0-1,5-6,-1", "bytes=0-9223372036854775807", "items=0-1"], "9223372036854775808", "-", "--", "=", ",", " ", "bytes", "\t", "99999999999999999999999");

    private static readonly Gen<string> Conditions = Mutation.Tokens(
        ["\"abc-1\"", "W/\"abc\", \"d\"", "*", "Wed, 21 Oct 2026 07:28:00 GMT"], "\"", "W/", ",", "Thu, 01 Jan 1970 00:00:00 GMT");

    private static readonly Gen<string> Header = Gen.OneOf(
        Ranges.Select(range => $"Range: {range}"),
        Gen.Select(Mutation.OneOf("If-Match", "If-None-Match", "If-Range", "If-Modified-Since", "If-Unmodified-Since"), Conditions).Select((name, value) => $"{name}: {value}"),
        Mutation.OneOf("Content-Type: application/json", "Content-Type: text/html; charset=\u00FC", "Content-Type: application/json;;=", "Content-Type: \t", "Expect: 100-continue", "Sec-Fetch-Site: cross-site", "Origin: null"));

    private static readonly Gen<(string? Encoding, byte[] Body)> Body = Gen.OneOf(
        Mutation.Tokens(Bodies, "[", "]", "{", "}").Select(text => ((string?)null, Mutation.Utf8(text))),
        Mutation.Bytes([.. Bodies.Select(Mutation.Utf8)]).Select(bytes => ((string?)null, bytes)),
        Gen.Select(Mutation.OneOf("br", "gzip", "x-gzip", "deflate", "identity", "bla", "gzip, br", "\u00FC"), Mutation.OneOf(Bodies), Gen.Bool, Gen.Byte.Array[0, 50])
            .Select((encoding, text, isRight, noise) => ((string?)encoding, isRight ? Encode(encoding, text) : noise)),
        Gen.Select(Mutation.OneOf("br", "gzip", "deflate"), Mutation.OneOf(Bodies))
            .SelectMany((encoding, text) => Mutation.Bytes(Encode(encoding, text)).Select(bytes => ((string?)encoding, bytes))));

    [Fact]
    public Task Each_operation_of_the_API_gets_an_answer_that_is_no_fault_of_the_server() =>
        RunAsync("operations of the API: paths, queries, ranges, conditions, bodies, encodings", Paths, under: "/");

    [Fact]
    public Task What_steers_the_emulator_gets_an_answer_that_is_no_fault_of_the_server() =>
        RunAsync("`/_emulator/…`: faults, clock, runs, requests, reset", OfEmulator, under: "/_emulator/");

    // The faults that are set hold for whatever is beside what steers them, and one of them is to say nothing.
    private static async Task RunAsync(string what, string[] paths, string under)
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync(schema: Schema.Trim()["{\"schema\":".Length..^1]);
        await server.PutAsync(store, "b", "the value of b");
        Assert.Equal("my-store", (await server.DataAsync(HttpMethod.Get, store)).GetProperty("name").GetString());
        var requests =
            from method in Mutation.OneOf("GET", "GET", "HEAD", "PUT", "PUT", "POST", "DELETE", "OPTIONS", "PATCH")
            from path in Gen.Frequency((4, Mutation.OneOf(paths)), (1, Mutation.Tokens(paths, "%2F", "%00", "%C3", "~", "/", "..", "%2e")))
            from query in Gen.Frequency((2, Mutation.OneOf(Queries)), (1, Mutation.Tokens(Queries, "&", "=", "%", "%zz", "+", "%0A", "?")))
            from headers in Header.Array[0, 2]
            from hasToken in Gen.Frequency((9, Gen.Const(true)), (1, Gen.Const(false)))
            from body in Body
            from framing in Gen.Frequency((8, Gen.Const(0)), (1, Gen.Const(1)), (1, Gen.Const(2)))
            select Write(method, (path.StartsWith(under, StringComparison.Ordinal) ? "" : under) + path + query, [.. headers, .. hasToken ? ["Authorization: Bearer " + RunningServer.DevelopmentToken] : Array.Empty<string>()], body, framing);

        await Fuzz.RunAsync(what, requests, request => request, async request =>
            RawAnswer.AssertSound(await RawHttp.AskAsync(server.Address, request), request.AsSpan().StartsWith("HEAD "u8)));

        // Whatever became of the stores, it works with them.
        using var reset = await server.SendAsync(HttpMethod.Post, "/_emulator/reset");
        Assert.Equal(204, (int)reset.StatusCode);
        await server.PutAsync(await server.CreateAsync(), "a", "value");
    }

    private static byte[] Write(string method, string target, string[] headers, (string? Encoding, byte[] Body) body, int framing)
    {
        var chunk = Encoding.ASCII.GetBytes($"{body.Body.Length:x}\r\n");
        byte[] sent = framing switch
        {
            0 => body.Body,
            1 when body.Body.Length > 0 => [.. chunk, .. body.Body, .. "\r\n0\r\n\r\n"u8],
            1 => [.. "0\r\n\r\n"u8],
            _ => [.. "5\r\nnoise-is-more\r\n"u8],
        };
        var length = framing == 0 ? $"Content-Length: {sent.Length}" : "Transfer-Encoding: chunked";
        string[] lines =
        [
            $"{method} {target.Replace(' ', '+')} HTTP/1.1", "Host: localhost", "Connection: close", .. headers,
            .. body.Encoding is null ? Array.Empty<string>() : [$"Content-Encoding: {body.Encoding}"], length, "", "",
        ];
        return [.. Encoding.Latin1.GetBytes(string.Join("\r\n", lines)), .. sent];
    }

    private static byte[] Encode(string encoding, string text)
    {
        using var encoded = new MemoryStream();
        using (Stream encoder = encoding switch
        {
            "br" => new BrotliStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "gzip" or "x-gzip" => new GZipStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BufferedStream(encoded),
        })
        {
            encoder.Write(Mutation.Utf8(text));
            encoder.Flush();
            return Finished(encoder, encoded);
        }
    }

    private static byte[] Finished(Stream encoder, MemoryStream encoded)
    {
        if (encoder is not BufferedStream)
            encoder.Dispose();
        return encoded.ToArray();
    }
}
