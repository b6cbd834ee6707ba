using System.Text;
using CsCheck;

namespace KvsRecords.Server.Tests;

/// <summary>Requests that no client would write: never a fault of the server, never a hang.</summary>
public sealed class RequestFuzzTests
{
    private static readonly string[] Pieces =
    [
        "/", "//", "v2", "key-value-stores", "records", "my-store", "dev", "~", "%7E", "%2F", "%2f", "%252F", "..", "%2e%2e", ".", "%", "%zz", "%00", "%0A",
        "%C3", "%ED%A0%80", "?", "&", "=", "prefix", "collection", "signature", "token", "apify_api_dev", "image-", "+", "*", "#", ";", "\\", "'", "\"", "<", "{", " ",
        "WkzbQMuFYuamGv3YF", "dev~my-store", "/v2/key-value-stores/", "/records", "MC4wLjFtb04xdksxQ3ZwazJnYXhoUFpHVw==", "\u00E9", "\t",
    ];

    private static readonly string[] HeaderValues =
        ["Bearer apify_api_dev", "Bearer", "Bearer \u00FF", "", "Basic x", "bytes=0-1", "bytes=-", "*", "\"x\"", "gzip", "chunked", "0", "-1", "9999999999999999999999", "null", "a,b", "http://[", "localhost", "[::1", "x..y", "1.2.3"];

    private static readonly string[] HeaderNames =
        ["Authorization", "Host", "Origin", "Range", "If-None-Match", "Content-Length", "Transfer-Encoding", "Accept-Encoding", "Expect", "Connection", "Cookie", "Access-Control-Request-Method", "X-Odd", "TE"];

    private static readonly Gen<string> Target =
        Mutation.OneOf(Pieces).Array[0, 12].Select(pieces => string.Concat(pieces)).Select(Gen.Bool, (text, rooted) => rooted ? $"/v2/key-value-stores/{text}" : $"/{text}");

    private static readonly Gen<byte[]> Request =
        from method in Mutation.OneOf("GET", "GET", "GET", "HEAD", "OPTIONS", "POST", "DELETE", "get", "PRI", "G T", "")
        from target in Target
        from headers in Gen.Select(Mutation.OneOf(HeaderNames), Mutation.OneOf(HeaderValues)).Array[0, 4]
        from host in Gen.Bool
        select Encoding.Latin1.GetBytes(
            $"{method} {target} HTTP/1.1\r\n{(host ? "Host: localhost\r\n" : "")}{string.Concat(headers.Select(header => $"{header.Item1}: {header.Item2}\r\n"))}Connection: close\r\n\r\n");

    private static readonly Gen<byte[]> Noise = Gen.Byte.Array[0, 300];

    [Fact]
    public async Task Any_bytes_get_an_answer_that_is_no_fault_of_the_server()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, Configurations.Shop("ANYONE_WITH_NAME_CAN_READ").Replace("alice", "dev", StringComparison.Ordinal));

        await Fuzz.RunAsync(
            "requests of odd pieces, and noise",
            Gen.Frequency((9, Request), (1, Noise)),
            request => request,
            async request =>
            {
                var isWhole = request.AsSpan().EndsWith("\r\n\r\n"u8);
                var answer = await RawHttp.AskAsync(server.Address, request, isAll: !isWhole);
                if (isWhole)
                    RawAnswer.AssertSound(answer, request.AsSpan().StartsWith("HEAD "u8));
                else
                    Assert.DoesNotMatch(@"^HTTP/1\.[01] 5", Encoding.Latin1.GetString(answer));
            });

        Assert.NotEmpty(await server.DownloadAsync("/v2/key-value-stores/dev~my-store/records", token: null));
    }
}
