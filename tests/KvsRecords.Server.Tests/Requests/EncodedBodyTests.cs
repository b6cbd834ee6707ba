using System.IO.Compression;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>Uploads of a few bytes that stand for very many: refused before they take memory, disk or time.</summary>
public sealed class EncodedBodyTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const int MiB = 1024 * 1024;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Brotli_that_expands_out_of_proportion_is_413_and_nothing_is_stored()
    {
        var store = await Server.CreateAsync();
        var bomb = Zeros("br", 256);
        Assert.InRange(bomb.Length, 1, 100_000);

        using var response = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(bomb, "text/plain", "br"));

        await Errors.AssertErrorAsync(
            response, 413, "request-too-large", "The request body expands to more than 1100 times its length. Send it without Content-Encoding, or in smaller parts.");
        Assert.Equal(0, (await Server.DataAsync(HttpMethod.Get, $"{store}/keys")).GetProperty("count").GetInt32());
    }

    [Theory]
    [InlineData("br", 64)]
    [InlineData("gzip", 70)]
    [InlineData("deflate", 70)]
    public async Task What_a_client_may_well_send_is_written(string encoding, int megabytes)
    {
        var store = await Server.CreateAsync();

        using var response = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(Zeros(encoding, megabytes), "text/plain", encoding));

        Assert.Equal(201, (int)response.StatusCode);
        using var read = await Server.SendAsync(HttpMethod.Head, $"{store}/records/a");
        Assert.Equal(megabytes * MiB, read.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("deflate")]
    public async Task What_expands_beyond_the_limit_of_a_record_or_of_JSON_is_413(string encoding)
    {
        await using var server = await OwnServer.StartAsync(flags: (Setting.MaxRecordSize, "1MiB"));
        var store = await server.CreateAsync();
        var body = Zeros(encoding, 10);

        using var record = await server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(body, "text/plain", encoding));
        using var faults = await server.SendAsync(HttpMethod.Put, "/_emulator/faults", OwnServer.Body(body, "application/json", encoding));

        await Errors.AssertErrorAsync(record, 413, "request-too-large");
        await Errors.AssertErrorAsync(faults, 413, "request-too-large");
    }

    [Fact]
    public async Task Only_so_many_bodies_in_brotli_are_decoded_at_once_and_others_beside_them()
    {
        var store = await Server.CreateAsync();

        // So much that Kestrel does not find it too slow while it is held back.
        var begun = Encode("br", LimitProbe.Noise(600_000), 1)[..^1];
        var held = new List<RawConnection>();
        for (var i = 0; i < BrotliTurns.Max; i++)
        {
            held.Add(await RawConnection.OpenAsync(Server.Address));
            await held[i].SendAsync(
                $"PUT {store}/records/held{i} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {RunningServer.DevelopmentToken}\r\n"
                + $"Content-Encoding: br\r\nContent-Length: {begun.Length + 1}\r\n\r\n{string.Concat(begun.Select(one => (char)one))}");
        }

        try
        {
            await Eventually.HoldsAsync(() => PutAsync(Server, store, "br", 8).Result, status => status == 503);
            Assert.Equal(201, await PutAsync(Server, store, "gzip", 8));
            Assert.Equal(201, await PutAsync(Server, store, "deflate", 8));
        }
        finally
        {
            held.ForEach(connection => connection.Dispose());
        }

        await Eventually.HoldsAsync(() => PutAsync(Server, store, "br", 8).Result, status => status == 201);
    }

    private static async Task<int> PutAsync(OwnServer server, string store, string encoding, int megabytes)
    {
        using var response = await server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(Zeros(encoding, megabytes), "text/plain", encoding));
        await response.Content.ReadAsStringAsync(Running);
        return (int)response.StatusCode;
    }

    private static byte[] Zeros(string encoding, int megabytes) =>
        megabytes == 0 ? Encode(encoding, new byte[1_000], 1) : Encode(encoding, new byte[MiB], megabytes);

    private static byte[] Encode(string encoding, byte[] part, int count)
    {
        using var body = new MemoryStream();
        using (Stream encoded = encoding switch
        {
            "br" => new BrotliStream(body, CompressionLevel.Fastest, leaveOpen: true),
            "gzip" => new GZipStream(body, CompressionLevel.Optimal, leaveOpen: true),
            _ => new ZLibStream(body, CompressionLevel.Optimal, leaveOpen: true),
        })
        {
            for (var i = 0; i < count; i++)
                encoded.Write(part);
        }

        return body.ToArray();
    }
}
