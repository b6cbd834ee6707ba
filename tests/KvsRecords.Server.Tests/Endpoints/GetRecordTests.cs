using System.Net.Http.Headers;

namespace KvsRecords.Server.Tests;

/// <summary><c>GET</c> and <c>HEAD …/records/{key}</c>.</summary>
public sealed class GetRecordTests(ServerFixture fixture) : ServerTests(fixture)
{
    private static readonly string Text = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"line {i}\n"));

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(16 * 1024)]
    [InlineData(2_000_003)]
    public async Task A_value_comes_back_byte_for_byte_with_its_length(int length)
    {
        var store = await Server.CreateAsync();
        var value = RandomBytes.Of(length, seed: length);
        using var put = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(value, "image/png"));

        using var get = await Server.GetAsync($"{store}/records/a");
        using var head = await Server.SendAsync(HttpMethod.Head, $"{store}/records/a");

        Assert.Equal(value, await get.Content.ReadAsByteArrayAsync(Running));
        Assert.Equal(length, get.Content.Headers.ContentLength);
        Assert.Equal(200, (int)head.StatusCode);
        Assert.Equal(length, head.Content.Headers.ContentLength);
        Assert.Equal(get.Headers.ETag, head.Headers.ETag);
        Assert.Equal("image/png", head.Content.Headers.ContentType?.ToString());
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Running));
    }

    [Fact]
    public async Task A_record_that_is_not_there_is_404()
    {
        var store = await Server.CreateAsync();

        using var get = await Server.GetAsync($"{store}/records/nope");
        using var odd = await Server.GetAsync($"{store}/records/%ff%00x".Replace("%00", "%01", StringComparison.Ordinal));
        using var head = await Server.SendAsync(HttpMethod.Head, $"{store}/records/nope");

        await Errors.AssertErrorAsync(get, 404, "record-not-found", "Record was not found");
        await Errors.AssertErrorAsync(odd, 404, "record-not-found", "Record was not found");
        Assert.Equal(404, (int)head.StatusCode);
    }

    [Fact]
    public async Task A_validator_is_strong_and_changes_with_every_write()
    {
        var store = await Server.CreateAsync();
        var tags = new HashSet<string>();
        for (var i = 0; i < 3; i++)
        {
            await Server.PutAsync(store, "a", "the same");
            using var response = await Server.GetAsync($"{store}/records/a");
            Assert.False(response.Headers.ETag!.IsWeak);
            Assert.True(tags.Add(response.Headers.ETag.Tag));
        }
    }

    [Fact]
    public async Task Conditions_are_answered()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", Text);
        using var first = await Server.GetAsync($"{store}/records/a");
        var (tag, modified) = (first.Headers.ETag!.Tag, first.Content.Headers.LastModified!.Value);

        using var same = await Server.SendAsync(HttpMethod.Get, $"{store}/records/a", headers: ("If-None-Match", tag));
        using var unchanged = await Server.SendAsync(HttpMethod.Get, $"{store}/records/a", headers: ("If-Modified-Since", modified.ToString("R")));
        using var other = await Server.SendAsync(HttpMethod.Get, $"{store}/records/a", headers: ("If-None-Match", "\"other\""));
        using var failed = await Server.SendAsync(HttpMethod.Get, $"{store}/records/a", headers: ("If-Match", "\"other\""));

        Assert.Equal(304, (int)same.StatusCode);
        Assert.Equal(304, (int)unchanged.StatusCode);
        Assert.Equal(200, (int)other.StatusCode);
        Assert.Equal(412, (int)failed.StatusCode);
    }

    [Theory]
    [InlineData(0, 9)]
    [InlineData(100_000, 100_099)]
    [InlineData(150_000, null)]
    [InlineData(null, 17)]
    public async Task A_range_is_answered_with_just_that(int? from, int? to)
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", Text);

        using var response = await Server.SendAsync(
            HttpMethod.Get, $"{store}/records/a", headers: ("Range", new RangeHeaderValue(from, to).ToString()));

        Assert.Equal(206, (int)response.StatusCode);
        var start = from ?? Text.Length - to!.Value;
        var end = from is null || to is null ? Text.Length : to.Value + 1;
        Assert.Equal(Text[start..end], await response.Content.ReadAsStringAsync(Running));
        Assert.Equal($"bytes {start}-{end - 1}/{Text.Length}", response.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task A_range_beyond_the_end_is_416()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "abc");

        using var response = await Server.SendAsync(HttpMethod.Get, $"{store}/records/a", headers: ("Range", "bytes=3-"));

        Assert.Equal(416, (int)response.StatusCode);
        Assert.Equal("bytes */3", response.Content.Headers.ContentRange?.ToString());
    }

    [Fact]
    public async Task An_attachment_is_a_file_to_keep()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a.txt", "x");

        using var yes = await Server.GetAsync($"{store}/records/a.txt?attachment=true");
        using var one = await Server.GetAsync($"{store}/records/a.txt?attachment=1");
        using var no = await Server.GetAsync($"{store}/records/a.txt?attachment=0");
        using var bad = await Server.GetAsync($"{store}/records/a.txt?attachment=maybe");

        Assert.Equal("attachment; filename=\"a.txt\"", yes.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal("attachment", one.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Null(no.Content.Headers.ContentDisposition);
        await Errors.AssertErrorAsync(bad, 400, "invalid-input");
    }

    [Fact]
    public async Task A_signature_over_the_key_opens_this_record_only()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "1");
        await Server.PutAsync(store, "b", "2");
        var secret = (await Server.DataAsync(HttpMethod.Get, store)).GetProperty("urlSigningSecretKey").GetString()!;
        var ofKey = Access.UrlSignature.CreateHmac(secret, "a");
        var ofStore = Access.UrlSignature.CreateStorageContent(secret, store.Split('/')[^1], null);

        using var good = await Server.GetAsync($"{store}/records/a?signature={ofKey}", token: "");
        using var another = await Server.GetAsync($"{store}/records/b?signature={ofKey}", token: "");
        using var archive = await Server.GetAsync($"{store}/records?signature={ofKey}", token: "");
        using var wide = await Server.GetAsync($"{store}/records/a?signature={ofStore}", token: "");

        Assert.Equal("1", await good.Content.ReadAsStringAsync(Running));
        await Errors.AssertErrorAsync(another, 403, "permission-denied");
        await Errors.AssertErrorAsync(archive, 403, "permission-denied");
        await Errors.AssertErrorAsync(wide, 403, "permission-denied");
    }

    [Theory]
    [InlineData(2_000_000, 1_000_000)]
    [InlineData(300, 100)]
    public async Task A_damaged_record_breaks_off_or_is_500_and_never_looks_whole(int length, int damageAt)
    {
        var store = await Server.CreateAsync();
        var value = RandomBytes.Of(length);
        using var put = await Server.SendAsync(HttpMethod.Put, $"{store}/records/a", OwnServer.Body(value, "image/png"));
        await DamageAsync(Server, damageAt);

        using var response = await Server.GetAsync($"{store}/records/a");

        if ((int)response.StatusCode == 500)
            await Errors.AssertErrorAsync(response, 500, "internal-error");
        else
            await Assert.ThrowsAnyAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync(Running));
    }

    private static async Task DamageAsync(OwnServer server, int at)
    {
        if (server.Database is { } connection)
        {
            await Databases.AskAsync(connection, """
                update chunks set data = decode(repeat('00', length(data)), 'hex') where no > 0;
                update records set body = decode(repeat('00', length(body)), 'hex')
                """);
            return;
        }

        if (Directory.EnumerateFiles(Path.Join(server.DataFolder, "bodies")).SingleOrDefault() is { } file)
        {
            using var body = File.Open(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            body.Position = at;
            var before = body.ReadByte();
            body.Position = at;
            body.WriteByte((byte)~before);
            return;
        }

        using var database = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={Path.Join(server.DataFolder, "records.db")};Pooling=False");
        database.Open();
        using var command = database.CreateCommand();
        command.CommandText = "update records set body = zeroblob(length(body))";
        Assert.Equal(1, command.ExecuteNonQuery());
    }
}
