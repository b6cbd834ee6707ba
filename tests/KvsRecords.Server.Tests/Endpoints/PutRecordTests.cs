using System.IO.Compression;
using System.Text;

namespace KvsRecords.Server.Tests;

/// <summary><c>PUT</c> and <c>POST …/records/{key}</c>.</summary>
public sealed class PutRecordTests(ServerFixture fixture) : ServerTests(fixture)
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("příliš žluťoučký kůň 🐎\n", 200)));

    [Theory]
    [InlineData("PUT")]
    [InlineData("POST")]
    public async Task A_record_is_201_with_an_empty_object_and_its_place(string method)
    {
        var store = await Server.CreateAsync();

        using var response = await Server.SendAsync(new HttpMethod(method), $"{store}/records/it's_(a)!key.txt", OwnServer.Body(Text, "text/plain"));

        Assert.Equal(201, (int)response.StatusCode);
        Assert.Equal("{}", await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Text, await Server.Client.GetByteArrayAsync(
            $"{response.Headers.Location}?token={RunningServer.DevelopmentToken}", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("text/html")]
    [InlineData("application/x-Mixed-CASE;  a=\"b c\" ; q=1")]
    [InlineData("nonsense")]
    public async Task The_content_type_is_kept_exactly(string contentType)
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "x", contentType);

        using var response = await Server.GetAsync($"{store}/records/a");

        Assert.Equal(contentType, response.Content.Headers.NonValidated["Content-Type"].ToString());
    }

    [Fact]
    public async Task A_record_of_no_content_type_is_bytes()
    {
        var store = await Server.CreateAsync();
        using var put = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body([1, 2], null));

        using var response = await Server.GetAsync($"{store}/records/a");

        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.ToString());
    }

    [Theory]
    [InlineData("br")]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("deflate")]
    [InlineData("identity")]
    public async Task A_body_is_decoded_on_arrival(string encoding)
    {
        var store = await Server.CreateAsync();

        using var put = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(Encode(Text, encoding), "text/plain", encoding));
        using var response = await Server.GetAsync($"{store}/records/a");

        Assert.Equal(201, (int)put.StatusCode);
        Assert.Empty(response.Content.Headers.ContentEncoding);
        Assert.Equal(Text, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("bla")]
    [InlineData("zstd")]
    [InlineData("gzip, br")]
    public async Task Another_encoding_is_415_and_nothing_is_stored(string encoding)
    {
        var store = await Server.CreateAsync();

        using var response = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(Text, "text/plain", encoding));

        await Errors.AssertErrorAsync(response, 415, "unsupported-content-encoding", $"Content-Encoding \"{encoding}\" is not supported.");
        await AssertMissingAsync(Server, store);
    }

    [Theory]
    [InlineData("br", 0)]
    [InlineData("gzip", 0)]
    [InlineData("deflate", 0)]
    [InlineData("br", 20)]
    [InlineData("gzip", 20)]
    [InlineData("deflate", 20)]
    public async Task A_body_that_does_not_decode_is_400_and_nothing_is_stored(string encoding, int kept)
    {
        var store = await Server.CreateAsync();
        byte[] broken = kept == 0 ? [.. Text.Take(300)] : [.. Encode(Text, encoding).Take(kept)];

        using var response = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(broken, "text/plain", encoding));

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
        await AssertMissingAsync(Server, store);
    }

    [Fact]
    public async Task A_body_above_the_limit_is_413_whether_or_not_its_length_is_said_before()
    {
        await using var server = await OwnServer.StartAsync(flags: (Settings.Setting.MaxRecordSize, "1000"));
        var store = await server.CreateAsync();

        using var said = await server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(new byte[1001], "text/plain"));
        using var unsaid = await server.SendAsync(HttpMethod.Put, $"{store}/records/a", new Chunked(1001));
        using var bomb = await server.SendAsync(
            HttpMethod.Put, $"{store}/records/a", OwnServer.Body(Encode(new byte[10_000_000], "gzip"), "text/plain", "gzip"));
        using var just = await server.SendAsync(HttpMethod.Put, $"{store}/records/b", new Chunked(1000));

        await Errors.AssertErrorAsync(
            said, 413, "request-too-large", "The POST payload is too large (limit: 1000 bytes, actual length: 1001 bytes).");
        await Errors.AssertErrorAsync(unsaid, 413, "request-too-large");
        await Errors.AssertErrorAsync(bomb, 413, "request-too-large");
        Assert.Equal(201, (int)just.StatusCode);
        await AssertMissingAsync(server, store);
    }

    [Theory]
    [InlineData("a%2Fb", "\"/\" at position 2")]
    [InlineData("a%20b", "U+0020 at position 2")]
    [InlineData("%0A", "U+000A at position 1")]
    [InlineData("k%C5%AF%C5%88", "\"ů\" at position 2")]
    [InlineData("%F0%9F%90%8E", "\"🐎\" at position 1")]
    [InlineData("a%252Fb", "\"%\" at position 2")]
    [InlineData("100%25", "\"%\" at position 4")]
    public async Task A_key_with_another_character_is_400_and_the_message_names_the_first(string key, string named)
    {
        var store = await Server.CreateAsync();

        using var response = await Server.SendAsync(HttpMethod.Put, $"{store}/records/{key}", OwnServer.Body(Text, "text/plain"));

        var message = await Errors.AssertErrorAsync(response, 400, "invalid-record-key");
        Assert.Contains($"Record key contains invalid character {named}.", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_has_256_characters_at_the_most()
    {
        var store = await Server.CreateAsync();

        await Server.PutAsync(store, new string('k', 256), "x");
        using var response = await Server.SendAsync(HttpMethod.Put, $"{store}/records/{new string('k', 257)}", OwnServer.Body(Text, "text/plain"));

        await Errors.AssertErrorAsync(response, 400, "invalid-record-key");
    }

    [Fact]
    public async Task Every_allowed_character_makes_a_key()
    {
        var store = await Server.CreateAsync();
        const string Key = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!-_.'()";

        // As the clients send it: they put keys into the path as they are.
        using var put = await Server.SendAsync(HttpMethod.Put, $"{store}/records/{Key}", OwnServer.Body(Text, "text/plain"));

        Assert.Equal(201, (int)put.StatusCode);
        Assert.Equal(Key, (await Server.DataAsync(HttpMethod.Get, $"{store}/keys")).GetProperty("items")[0].GetProperty("key").GetString());
    }

    [Theory]
    [InlineData("", 401, "token-not-valid")]
    [InlineData("nobody's", 401, "token-not-valid")]
    [InlineData("tok-bob", 403, "permission-denied")]
    public async Task Only_the_owner_writes(string token, int status, string type)
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        var store = await server.CreateAsync("open", token: "tok-carol");
        await server.DataAsync(HttpMethod.Put, store, json: """{"generalAccess":"ANYONE_WITH_NAME_CAN_READ"}""", token: "tok-carol");

        using var put = await server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(Text, "text/plain"), token);
        using var delete = await server.SendAsync(HttpMethod.Delete, $"{store}/records/a", token: token);
        using var deleteStore = await server.SendAsync(HttpMethod.Delete, store, token: token);
        using var update = await server.SendAsync(HttpMethod.Put, store, OwnServer.Json("{}"), token);

        foreach (var response in (HttpResponseMessage[])[put, delete, deleteStore, update])
            await Errors.AssertErrorAsync(response, status, type);
    }

    [Fact]
    public async Task A_signature_opens_nothing_for_writing()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "x");
        var url = (await Server.DataAsync(HttpMethod.Get, $"{store}/keys")).GetProperty("items")[0].GetProperty("recordPublicUrl").GetString()!;

        using var response = await Server.SendAsync(HttpMethod.Put, url, OwnServer.Body(Text, "text/plain"), token: "");

        await Errors.AssertErrorAsync(response, 401, "token-not-valid");
    }

    [Fact]
    public async Task An_upload_that_breaks_off_leaves_nothing_behind()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "before");

        await Assert.ThrowsAnyAsync<Exception>(() => Server.SendAsync(HttpMethod.Put, $"{store}/records/a", new Chunked(5_000_000, breaksOffAt: 3_000_000)));
        await Server.PutAsync(store, "b", "after");

        using var a = await Server.GetAsync($"{store}/records/a");
        Assert.Equal("before", await a.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        await Eventually.HoldsAsync(async () => await Server.CountBodiesAsync() == 0);
    }

    [Fact]
    public async Task What_was_written_comes_out_of_the_archive()
    {
        var store = await Server.CreateAsync();
        var random = RandomBytes.Of(3_000_000);
        using var big = await Server.SendAsync(HttpMethod.Put, $"{store}/records/big.bin", OwnServer.Body(random, "application/octet-stream"));
        await Server.PutAsync(store, "a.json", "{}", "application/json");

        using var response = await Server.GetAsync($"{store}/records");

        var records = await RunningServer.ReadArchiveAsync(response);
        Assert.Equal(["a.json", "big.bin"], records.Keys);
        Assert.Equal(random, records["big.bin"]);
    }

    internal static byte[] Encode(byte[] body, string encoding)
    {
        using var encoded = new MemoryStream();
        using (Stream target = encoding.ToLowerInvariant() switch
        {
            "br" => new BrotliStream(encoded, CompressionLevel.Optimal, leaveOpen: true),
            "gzip" => new GZipStream(encoded, CompressionLevel.Optimal, leaveOpen: true),
            "deflate" => new ZLibStream(encoded, CompressionLevel.Optimal, leaveOpen: true),
            _ => new BufferedStream(encoded),
        })
        {
            target.Write(body);
            target.Flush();
            if (target is BufferedStream)
                return encoded.ToArray();
        }

        return encoded.ToArray();
    }

    private static async Task AssertMissingAsync(OwnServer server, string store)
    {
        using var response = await server.GetAsync($"{store}/records/a");
        await Errors.AssertErrorAsync(response, 404, "record-not-found", "Record was not found");
        Assert.Equal(0, await server.CountBodiesAsync());
    }

    /// <summary>A body that does not say how long it is.</summary>
    private sealed class Chunked(int length, int breaksOffAt = int.MaxValue) : HttpContent
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            var piece = new byte[10_000];
            for (var sent = 0; sent < length; sent += piece.Length)
            {
                if (sent >= breaksOffAt)
                    throw new IOException("The cable is out.");
                new Random(sent).NextBytes(piece);
                await stream.WriteAsync(piece.AsMemory(0, Math.Min(piece.Length, length - sent)));
            }
        }

        protected override bool TryComputeLength(out long computed)
        {
            computed = 0;
            return false;
        }
    }
}
