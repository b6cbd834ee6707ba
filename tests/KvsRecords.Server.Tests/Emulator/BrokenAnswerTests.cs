using Microsoft.AspNetCore.Mvc.Testing;

namespace KvsRecords.Server.Tests;

/// <summary>Faults after which no answer comes, or not all of one, as real clients meet them: none of them takes it for a whole one.</summary>
public sealed class BrokenAnswerTests
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connection_is_closed_without_an_answer_and_nothing_is_done()
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"effect":"refuse","method":"PUT"},{"effect":"refuse","operation":"downloadRecords"}]""");

        await Assert.ThrowsAsync<HttpRequestException>(() => server.Server.PutAsync(server.Store, "new", "x"));

        Assert.Equal(CurlExit.EmptyReply, await server.CurlAsync(server.Archive));
        Assert.Equal("TypeError UND_ERR_SOCKET", await server.NodeAsync(server.Archive));
        Assert.Equal("RemoteDisconnected", await server.PythonAsync(server.Archive));
        Assert.Equal(404, await server.StatusAsync($"{server.Store}/records/new"));
    }

    [Fact]
    public async Task A_request_that_is_carried_out_may_have_no_answer()
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"effect":"abort-before-headers","operation":"putRecord"},{"effect":"abort-before-headers","key":"c"}]""");

        await Assert.ThrowsAsync<HttpRequestException>(() => server.Server.PutAsync(server.Store, "new", "x"));

        Assert.Equal("x"u8.ToArray(), await server.BytesAsync($"{server.Store}/records/new"));
        Assert.Contains(await server.CurlAsync($"{server.Store}/records/c"), new[] { CurlExit.EmptyReply, CurlExit.ReceiveError });
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("truncate")]
    public async Task A_body_ends_after_so_many_bytes_of_the_length_that_was_announced(string effect)
    {
        await using var server = await FaultServer.StartAsync();
        var whole = await server.BytesAsync(server.Archive);
        await server.SetAsync($$"""[{"effect":"{{effect}}","bytes":100,"operation":"downloadRecords"}]""");

        var answer = await server.ReadAsync(server.Archive);

        Assert.Equal((200, whole.Length, true), (answer.Status, answer.Length, answer.IsBroken));
        Assert.Equal(whole[..100], answer.Body);
        Assert.Equal(CurlExit.PartialFile, await server.CurlAsync(server.Archive));
        Assert.Equal("TypeError UND_ERR_SOCKET", await server.NodeAsync(server.Archive));
        Assert.Equal("IncompleteRead", await server.PythonAsync(server.Archive));
    }

    [Fact]
    public async Task The_archive_of_a_live_folder_is_truncated_with_its_right_length_and_aborted_without()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder);
        var url = $"/v2/key-value-stores/dev~my-store/records?token={RunningServer.DevelopmentToken}";
        var whole = await server.Client.GetByteArrayAsync(url, Running);

        Assert.Equal(whole.Length, await LengthAsync("truncate"));
        Assert.Null(await LengthAsync("abort"));
        Assert.Null(await LengthAsync("abort-before-end"));

        async Task<long?> LengthAsync(string effect)
        {
            using var rules = OwnServer.Json($$"""[{"effect":"{{effect}}"}]""");
            (await server.Client.PutAsync("/_emulator/faults", rules, Running)).EnsureSuccessStatusCode().Dispose();
            using var response = await server.Client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, Running);
            await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync(Running));
            return response.Content.Headers.ContentLength;
        }
    }

    [Fact]
    public async Task An_archive_breaks_off_before_its_end_record_and_a_record_before_its_last_byte()
    {
        await using var server = await FaultServer.StartAsync();
        var whole = await server.BytesAsync(server.Archive);
        await server.SetAsync("""[{"effect":"abort-before-end"}]""");

        var archive = await server.ReadAsync(server.Archive);
        var record = await server.ReadAsync(server.Record);

        Assert.True(archive.IsBroken);
        Assert.Equal(whole[..whole.AsSpan().LastIndexOf("PK\x05\x06"u8)], archive.Body);
        Assert.True(record.IsBroken);
        Assert.Equal("the first valu"u8.ToArray(), record.Body);
        Assert.Equal("IncompleteRead", await server.PythonAsync(server.Archive));
    }

    [Fact]
    public async Task A_chunk_is_malformed()
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"effect":"malformed-chunk","bytes":50}]""");

        var answer = await server.ReadAsync(server.Archive);
        var raw = await RawHttp.AskAsync(server.Server.Address, $"GET {server.Record}?token={RunningServer.DevelopmentToken} HTTP/1.1");

        Assert.Equal((200, null, true), (answer.Status, answer.Length, answer.IsBroken));
        Assert.Contains("Transfer-Encoding: chunked", raw, StringComparison.Ordinal);
        Assert.EndsWith("e\r\nthe first valu\r\nno-chunk\r\n", raw, StringComparison.Ordinal);
        Assert.Equal(CurlExit.ReceiveError, await server.CurlAsync(server.Archive));
        Assert.StartsWith("TypeError ", await server.NodeAsync(server.Archive), StringComparison.Ordinal);
        Assert.Equal("IncompleteRead", await server.PythonAsync(server.Archive));
    }

    [Fact]
    public async Task Nothing_comes_any_more_after_so_many_bytes_until_the_client_leaves()
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"effect":"stall","bytes":10}]""");
        using var response = await server.Server.GetAsync(server.Archive);
        await using var body = await response.Content.ReadAsStreamAsync(Running);
        await body.ReadExactlyAsync(new byte[10], Running);

        var more = body.ReadAsync(new byte[1], Running).AsTask();

        Assert.Equal(CurlExit.Timeout, await server.CurlAsync(server.Archive, "--max-time", "1"));
        Assert.Equal(CurlExit.Timeout, await server.CurlAsync(server.Archive, "--max-time", "1", "--head"));
        Assert.False(more.IsCompleted);
    }

    [Theory]
    [InlineData("abort")]
    [InlineData("abort-before-end")]
    [InlineData("truncate")]
    [InlineData("malformed-chunk")]
    public async Task An_answer_without_a_body_breaks_off_too_and_never_looks_like_success(string effect)
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync($$"""[{"effect":"{{effect}}","method":"DELETE"}]""");

        await Assert.ThrowsAsync<HttpRequestException>(() => server.StatusAsync(server.Record, HttpMethod.Delete));
    }

    [Fact]
    public async Task A_client_of_HTTP_1_0_does_not_take_a_malformed_chunk_for_the_end()
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"effect":"malformed-chunk","bytes":50}]""");

        Assert.Contains(await server.CurlAsync(server.Archive, "--http1.0"), new[] { CurlExit.EmptyReply, CurlExit.ReceiveError });
    }

    [Theory]
    [InlineData("refuse")]
    [InlineData("abort")]
    [InlineData("malformed-chunk")]
    public async Task Where_there_is_no_connection_an_answer_breaks_off_too(string effect)
    {
        await using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(builder => builder
            .UseSetting("ephemeral", "true")
            .UseSetting("port", "0")
            .UseSetting("log-level", "error"));
        using var client = factory.CreateClient();
        using var rules = OwnServer.Json($$"""[{"effect":"{{effect}}"}]""");
        (await client.PutAsync("/_emulator/faults", rules, Running)).EnsureSuccessStatusCode().Dispose();

        await Assert.ThrowsAnyAsync<Exception>(() =>
            client.GetStringAsync($"/v2/users/me?token={RunningServer.DevelopmentToken}", Running));
    }
}
