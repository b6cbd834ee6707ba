using System.Text;

namespace KvsRecords.Server.Tests;

/// <summary>GET /v2/key-value-stores/{storeId}/records, when all is well.</summary>
public sealed class DownloadRecordsTests(FolderFixture fixture) : FolderTests(fixture)
{
    private static readonly string[] AllKeys = ["empty", "image-1", "image-2", "odd!-_.'()key", "post", "příliš žluťoučký 🐎"];

    [Theory]
    [InlineData("WkzbQMuFYuamGv3YF")]
    [InlineData("alice~my-store")]
    [InlineData("alice%7Emy-store")]
    [InlineData("alice%7emy-store")]
    [InlineData("alice%2Fmy-store")]
    [InlineData("alice%2fmy-store")]
    [InlineData("ALICE~My-Store")]
    [InlineData("AliceUser00000001~my-store")]
    [InlineData("~my-store")]
    [InlineData("%7Emy-store")]
    [InlineData("alice~my-store~and-more")]
    public async Task A_store_is_found_by_id_and_by_name(string storeId)
    {
        var records = await Shop.DownloadAsync($"/v2/key-value-stores/{storeId}/records", "tok-alice");

        Assert.Equal(AllKeys, records.Keys);
    }

    [Fact]
    public async Task Each_record_is_a_file_named_by_its_key_with_its_value()
    {
        var records = await Server.DownloadAsync("/v2/key-value-stores/dev~my-store/records");

        Assert.Equal(AllKeys, records.Keys);
        Assert.Empty(records["empty"]);
        Assert.Equal([0, 1, 2], records["odd!-_.'()key"]);
        Assert.Equal("{\"kůň\":true}", Encoding.UTF8.GetString(records["příliš žluťoučký 🐎"]));
        Assert.Equal(8_500, records["post"].Length);
    }

    [Fact]
    public async Task The_archive_is_read_by_independent_readers()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder);
        var file = Path.Join(folder.Path, "download.zip");
        using (var response = await server.GetAsync("/v2/key-value-stores/dev~my-store/records"))
            await File.WriteAllBytesAsync(
                file, await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), TestContext.Current.CancellationToken);

        await ReadersAgree.AssertAsync(file, AllKeys);
    }

    [Fact]
    public async Task A_trailing_slash_is_tolerated()
    {
        Assert.Equal(AllKeys, (await Server.DownloadAsync("/v2/key-value-stores/dev~my-store/records/")).Keys);
    }

    [Theory]
    [InlineData("prefix=image-", "image-1,image-2")]
    [InlineData("prefix=post", "post")]
    [InlineData("prefix=p", "post,příliš žluťoučký 🐎")]
    [InlineData("prefix=p%C5%99%C3%ADli%C5%A1+%C5%BElu", "příliš žluťoučký 🐎")]
    [InlineData("prefix=my-prefix%2F", "")]
    [InlineData("prefix=IMAGE", "")]
    [InlineData("collection=images", "image-1,image-2")]
    [InlineData("collection=one", "post")]
    [InlineData("collection=images&prefix=image-2", "image-2")]
    [InlineData("collection=images&prefix=post", "")]
    [InlineData("collection=one&prefix=p", "post")]
    public async Task Collection_and_prefix_select_records_and_both_must_hold(string query, string keys)
    {
        var records = await Shop.DownloadAsync($"/v2/key-value-stores/~my-store/records?{query}", "tok-alice");

        Assert.Equal(keys.Split(',', StringSplitOptions.RemoveEmptyEntries), records.Keys);
    }

    [Theory]
    [InlineData("prefix=")]
    [InlineData("prefix=&collection=&signature=")]
    [InlineData("collection")]
    [InlineData("unknown=1&unknown=2&disableRedirect=true")]
    [InlineData("&&")]
    public async Task An_empty_or_unknown_parameter_is_as_if_it_were_not_given(string query)
    {
        Assert.Equal(AllKeys, (await Server.DownloadAsync($"/v2/key-value-stores/dev~my-store/records?{query}")).Keys);
    }

    [Fact]
    public async Task An_empty_store_gives_a_valid_empty_archive()
    {
        using var folder = StorageFolder.WithNastyStore();
        Directory.CreateDirectory(Path.Join(folder.Path, "key_value_stores", "nothing"));
        await using var server = await RunningServer.StartAsync(folder);

        using var response = await server.GetAsync("/v2/key-value-stores/dev~nothing/records");

        Assert.Equal("PK\x05\x06"u8.ToArray().Concat(new byte[18]), await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("my-store", "attachment; filename=\"my-store.zip\"")]
    [InlineData("sklad 1", "attachment; filename=\"sklad 1.zip\"; filename*=UTF-8''sklad%201.zip")]
    [InlineData("sklad-č", "attachment; filename=sklad-_.zip; filename*=UTF-8''sklad-%C4%8D.zip")]
    public async Task The_headers_say_that_it_is_a_file_to_keep(string store, string disposition)
    {
        using var folder = new StorageFolder();
        folder.Add(store, "a.json", "{}"u8);
        await using var server = await RunningServer.StartAsync(folder, rateLimit: "service");

        using var response = await server.GetAsync($"/v2/key-value-stores/dev~{Uri.EscapeDataString(store)}/records");

        Assert.Equal("application/zip", response.Content.Headers.ContentType!.ToString());
        Assert.Equal(disposition, response.Content.Headers.NonValidated["Content-Disposition"].ToString());
        Assert.Equal("private, no-cache", Header(response, "Cache-Control"));
        Assert.Equal("none", Header(response, "Accept-Ranges"));
        Assert.Equal("60", Header(response, "X-RateLimit-Limit"));
        Assert.Equal("nosniff", Header(response, "X-Content-Type-Options"));
    }

    [Fact]
    public async Task A_record_written_a_moment_ago_is_in_the_next_archive()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder);

        await server.DownloadAsync("/v2/key-value-stores/dev~my-store/records");
        folder.Add("my-store", "new.txt", "now"u8);
        folder.Add("made-just-now", "first.txt", "1"u8);

        Assert.Contains("new", (await server.DownloadAsync("/v2/key-value-stores/dev~my-store/records")).Keys);
        Assert.Equal(["first"], (await server.DownloadAsync("/v2/key-value-stores/dev~made-just-now/records")).Keys);
    }

    [Fact]
    public async Task HEAD_gives_status_and_headers_and_reads_nothing()
    {
        using var folder = StorageFolder.WithNastyStore();
        var stores = new FailingStore(failAtRead: 0);
        await using var server = await RunningServer.StartAsync(folder, stores: stores);

        using var request = new HttpRequestMessage(HttpMethod.Head, $"/v2/key-value-stores/{FailingStore.Id}/records?token={RunningServer.DevelopmentToken}");
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(200, (int)response.StatusCode);
        Assert.Equal("application/zip", response.Content.Headers.ContentType!.ToString());
        Assert.NotNull(response.Content.Headers.ContentDisposition);
        Assert.Equal(0, stores.RecordsOpened);
    }

    [Fact]
    public async Task HEAD_of_what_may_not_be_read_has_the_status_of_GET_and_no_body()
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, "/v2/key-value-stores/nope/records");
        using var response = await Server.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(404, (int)response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    private static string Header(HttpResponseMessage response, string name) => response.Headers.NonValidated[name].ToString();
}
