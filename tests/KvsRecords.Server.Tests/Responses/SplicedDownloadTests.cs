using KvsRecords.ArchiveReaders;

namespace KvsRecords.Server.Tests;

/// <summary>Archives of a store of our own: known before their first byte, validated, and resumed.</summary>
public sealed class SplicedDownloadTests(ServerFixture fixture) : ServerTests(fixture)
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_length_is_known_and_the_archive_is_the_same_every_time()
    {
        var store = await FilledAsync(Server);

        using var first = await Server.GetAsync($"{store}/records");
        using var second = await Server.GetAsync($"{store}/records");
        using var head = await Server.SendAsync(HttpMethod.Head, $"{store}/records");

        var bytes = await first.Content.ReadAsByteArrayAsync(Running);
        Assert.Equal(bytes.Length, first.Content.Headers.ContentLength);
        Assert.Equal(bytes, await second.Content.ReadAsByteArrayAsync(Running));
        Assert.Null(first.Headers.TransferEncodingChunked);
        Assert.False(first.Headers.ETag!.IsWeak);
        Assert.Equal(Headers(first), Headers(head));
        Assert.Empty(await head.Content.ReadAsByteArrayAsync(Running));
        Assert.Equal("attachment; filename=\"my-store.zip\"", first.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal(60, ZipLayout.Read(bytes).Members.Count);
    }

    [Fact]
    public async Task The_validator_is_another_one_for_other_bytes_and_the_same_for_the_same()
    {
        var store = await FilledAsync(Server);
        var tags = new List<string> { await TagAsync("") };
        Assert.Equal(tags[0], await TagAsync(""));

        tags.Add(await TagAsync("?prefix=k"));
        tags.Add(await TagAsync("?prefix=key-01"));
        await Server.PutAsync(store, "key-01", "other");
        tags.Add(await TagAsync(""));
        (await Server.SendAsync(HttpMethod.Delete, $"{store}/records/key-01")).Dispose();
        tags.Add(await TagAsync(""));
        (await Server.SendAsync(HttpMethod.Delete, store)).Dispose();
        store = await FilledAsync(Server);
        tags.Add(await TagAsync(""));

        Assert.Equal(tags.Count, tags.Distinct().Count());

        async Task<string> TagAsync(string query)
        {
            using var response = await Server.SendAsync(HttpMethod.Head, $"{store}/records{query}");
            return response.Headers.ETag!.Tag;
        }
    }

    [Fact]
    public async Task Conditions_are_answered_for_GET_and_HEAD()
    {
        var store = await FilledAsync(Server);
        using var first = await Server.GetAsync($"{store}/records");
        var (tag, modified) = (first.Headers.ETag!.Tag, first.Content.Headers.LastModified!.Value.ToString("R"));

        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            Assert.Equal(304, await StatusAsync("If-None-Match", tag));
            Assert.Equal(304, await StatusAsync("If-None-Match", "*"));
            Assert.Equal(304, await StatusAsync("If-Modified-Since", modified));
            Assert.Equal(200, await StatusAsync("If-None-Match", "\"other\""));
            Assert.Equal(200, await StatusAsync("If-Match", tag));
            Assert.Equal(412, await StatusAsync("If-Match", "\"other\""));
            Assert.Equal(412, await StatusAsync("If-Unmodified-Since", DateTimeOffset.UnixEpoch.ToString("R")));

            async Task<int> StatusAsync(string header, string value)
            {
                using var response = await Server.SendAsync(method, $"{store}/records", headers: (header, value));
                return (int)response.StatusCode;
            }
        }
    }

    [Theory]
    [InlineData("bytes=-100", 206)]
    [InlineData("bytes=1000-", 206)]
    [InlineData("bytes=0-0", 206)]
    [InlineData("bytes=0-9,20-29", 200)]
    [InlineData("bytes=99999999-", 416)]
    [InlineData("bytes=-0", 416)]
    [InlineData("pages=1-2", 200)]
    [InlineData("bytes=5-2", 200)]
    public async Task A_range_is_answered_as_the_framework_answers_it(string range, int status)
    {
        var store = await FilledAsync(Server);

        using var response = await Server.SendAsync(HttpMethod.Get, $"{store}/records", headers: ("Range", range));

        Assert.Equal(status, (int)response.StatusCode);
        if (status < 400)
            Assert.Equal((await response.Content.ReadAsByteArrayAsync(Running)).Length, response.Content.Headers.ContentLength);
    }

    [Fact]
    public async Task After_a_change_If_Range_gives_the_new_whole()
    {
        var store = await FilledAsync(Server);
        using var old = await Server.SendAsync(HttpMethod.Head, $"{store}/records");
        await Server.PutAsync(store, "key-01", "other");

        using var response = await Server.SendAsync(
            HttpMethod.Get, $"{store}/records", headers: [("Range", "bytes=100-"), ("If-Range", old.Headers.ETag!.Tag)]);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.NotEqual(old.Headers.ETag, response.Headers.ETag);
        Assert.Equal(60, ZipLayout.Read(await response.Content.ReadAsByteArrayAsync(Running)).Members.Count);
    }

    [Fact]
    public async Task A_download_that_a_writer_overtakes_goes_on_with_the_instant_at_which_it_began()
    {
        var store = await Server.CreateAsync();
        var values = new Dictionary<string, byte[]>();
        for (var i = 0; i < 40; i++)
        {
            var value = RandomBytes.Of(400_000, seed: i);
            values.Add($"key-{i:D2}", value);
            using var put = await Server.SendAsync(HttpMethod.Put, $"{store}/records/key-{i:D2}", OwnServer.Body(value, "image/png"));
        }

        using var response = await Server.GetAsync($"{store}/records");
        var body = await response.Content.ReadAsStreamAsync(Running);
        using var received = new MemoryStream();
        var first = new byte[1000];
        await body.ReadExactlyAsync(first, Running);
        received.Write(first);
        for (var i = 0; i < 40; i++)
        {
            if (i % 2 == 0)
                await Server.PutAsync(store, $"key-{i:D2}", "overwritten");
            else
                (await Server.SendAsync(HttpMethod.Delete, $"{store}/records/key-{i:D2}")).Dispose();
        }

        await body.CopyToAsync(received, Running);

        Assert.Equal(received.Length, response.Content.Headers.ContentLength);
        var layout = ZipLayout.Read(received.ToArray());
        Assert.Equal(values.Keys, layout.Members.Select(member => member.Name));
        Assert.All(layout.Members, member => Assert.Equal(values[member.Name], layout.ContentOf(member)));
    }

    [Fact]
    public async Task A_filter_selects_members_and_the_length_is_still_exact()
    {
        var store = await FilledAsync(Server);
        foreach (var (query, count) in ((string, int)[])[("prefix=key-0", 10), ("prefix=key-01", 1), ("prefix=nothing", 0), ("prefix=key", 60)])
        {
            using var response = await Server.GetAsync($"{store}/records?{query}");
            var bytes = await response.Content.ReadAsByteArrayAsync(Running);
            Assert.Equal(bytes.Length, response.Content.Headers.ContentLength);
            Assert.Equal(count, ZipLayout.Read(bytes).Members.Count);
        }
    }

    private static async Task<string> FilledAsync(OwnServer server)
    {
        var store = await server.CreateAsync();
        for (var i = 0; i < 60; i++)
        {
            var value = RandomBytes.Of(i * 700, seed: i);
            using var put = await server.SendAsync(HttpMethod.Put, $"{store}/records/key-{i:D2}", OwnServer.Body(value, i % 2 == 0 ? "image/png" : "text/plain"));
            Assert.Equal(201, (int)put.StatusCode);
        }

        return store;
    }

    private static List<string> Headers(HttpResponseMessage response) =>
    [
        .. response.Headers.Concat(response.Content.Headers).Where(header => header.Key != "Date")
            .Select(header => $"{header.Key}: {string.Join(",", header.Value)}").Order(StringComparer.Ordinal),
    ];
}
