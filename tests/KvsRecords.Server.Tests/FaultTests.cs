using System.Diagnostics;
using CliWrap;
using KvsRecords.Access;
using KvsRecords.ArchiveReaders;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace KvsRecords.Server.Tests;

/// <summary>Each fault, as real clients meet it.</summary>
public sealed class FaultTests
{
    private const int CurlPartialFile = 18;
    private const int CurlEmptyReply = 52;
    private const int CurlReceiveError = 56;
    private const int CurlTimeout = 28;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("""{"status":429,"retryAfter":3}""", 429, "rate-limit-exceeded", "You have exceeded the rate limit. Please try again later.")]
    [InlineData("""{"status":500}""", 500, "internal-error", null)]
    [InlineData("""{"status":503}""", 503, "service-unavailable", null)]
    [InlineData("""{"type":"record-not-found"}""", 404, "record-not-found", "Key-value Store was not found")]
    [InlineData("""{"type":"unsupported-content-encoding"}""", 415, "unsupported-content-encoding", null)]
    [InlineData("""{"status":401,"type":"user-or-token-not-found","message":"User was not found"}""", 401, "user-or-token-not-found", "User was not found")]
    public async Task An_error_takes_the_place_of_the_answer(string rule, int status, string type, string? message)
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync($"[{rule}]");

        using var response = await server.Server.GetAsync(server.Archive);

        await Errors.AssertErrorAsync(response, status, type, message);
        Assert.Equal(status == 429 ? "3" : null, response.Headers.RetryAfter?.ToString());
    }

    [Fact]
    public async Task A_delay_comes_before_the_first_byte_and_follows_the_clock()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.UtcNow);
        await using var server = await FaultServer.StartAsync(builder => builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));
        await server.SetAsync("""[{"delayMs":3600000}]""");
        Assert.Equal(CurlTimeout, await server.CurlAsync(server.Archive, "--max-time", "1"));

        var asked = server.StatusAsync(server.Archive);
        await server.AppliedAsync(2);
        Assert.False(asked.IsCompleted);

        // The request may begin to wait only after the first step.
        await Eventually.HoldsAsync(
            () =>
            {
                clock.Advance(TimeSpan.FromHours(1));
                return asked.IsCompleted;
            },
            isCompleted => isCompleted);
        Assert.Equal(200, await asked);
    }

    [Fact]
    public async Task A_slow_body_comes_at_its_rate()
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"bytesPerSecond":10000,"key":"b"}]""");

        var watch = Stopwatch.StartNew();
        var body = await server.BytesAsync($"{server.Store}/records/b");

        Assert.Equal(5_000, body.Length);
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(400), $"{watch.Elapsed}");
        Assert.Equal(CurlTimeout, await server.CurlAsync($"{server.Store}/records/b", "--max-time", "0.2"));
    }

    [Fact]
    public async Task A_connection_is_closed_without_an_answer_and_nothing_is_done()
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"effect":"refuse","method":"PUT"},{"effect":"refuse","operation":"downloadRecords"}]""");

        await Assert.ThrowsAsync<HttpRequestException>(() => server.Server.PutAsync(server.Store, "new", "x"));

        Assert.Equal(CurlEmptyReply, await server.CurlAsync(server.Archive));
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
        Assert.Contains(await server.CurlAsync($"{server.Store}/records/c"), new[] { CurlEmptyReply, CurlReceiveError });
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
        Assert.Equal(CurlPartialFile, await server.CurlAsync(server.Archive));
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
        Assert.Equal(CurlReceiveError, await server.CurlAsync(server.Archive));
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

        Assert.Equal(CurlTimeout, await server.CurlAsync(server.Archive, "--max-time", "1"));
        Assert.Equal(CurlTimeout, await server.CurlAsync(server.Archive, "--max-time", "1", "--head"));
        Assert.False(more.IsCompleted);
    }

    [Fact]
    public async Task An_archive_has_a_wrong_checksum()
    {
        await using var server = await FaultServer.StartAsync();
        using var folder = new StorageFolder();
        var path = Path.Join(folder.Path, "wrong.zip");
        await server.SetAsync("""[{"effect":"wrong-crc"}]""");

        await File.WriteAllBytesAsync(path, await server.BytesAsync(server.Archive), Running);

        Required.Program("python3");
        Required.Program("unzip");
        await Assert.ThrowsAsync<UnreadableArchiveException>(() => new PythonZipFile().ReadAsync(path, Running));
        var (exitCode, output) = await new InfoZip().TestAsync(path, Running);
        Assert.Equal(2, exitCode);
        Assert.Contains("bad CRC", output, StringComparison.Ordinal);
        Assert.Equal("the first value"u8.ToArray(), await server.BytesAsync(server.Record));
    }

    [Fact]
    public async Task A_token_and_a_signature_have_expired()
    {
        await using var server = await FaultServer.StartAsync();
        var store = await server.Server.DataAsync(HttpMethod.Get, server.Store);
        var signature = UrlSignature.CreateStorageContent(
            store.GetProperty("urlSigningSecretKey").GetString()!, store.GetProperty("id").GetString()!, null);
        var signed = $"{server.Archive}?signature={signature}";
        using (var good = await server.Server.GetAsync(signed, token: ""))
            Assert.Equal(200, (int)good.StatusCode);
        await server.SetAsync("""[{"effect":"expired"}]""");

        using var byToken = await server.Server.GetAsync(signed);
        using var bySignature = await server.Server.GetAsync(signed, token: "");

        await Errors.AssertErrorAsync(byToken, 401, "token-not-valid");
        await Errors.AssertErrorAsync(bySignature, 403, "permission-denied");
        Assert.Equal("HTTPError", await server.PythonAsync(server.Archive));
    }

    [Fact]
    public async Task A_list_and_an_archive_do_not_have_the_last_write_yet()
    {
        await using var server = await FaultServer.StartAsync();
        await server.SetAsync("""[{"effect":"stale"}]""");
        Assert.Equal([FaultServer.Key, "b", "c"], await KeysAsync(""));

        await server.Server.PutAsync(server.Store, "b2", "new");
        Assert.Equal([FaultServer.Key, "b", "c"], await KeysAsync(""));
        Assert.Equal(["b"], await KeysAsync("?prefix=b&limit=1"));
        Assert.Equal(["c"], await KeysAsync("?exclusiveStartKey=b"));
        Assert.Equal(["b"], await ArchivedAsync("?prefix=b"));
        Assert.Equal("new"u8.ToArray(), await server.BytesAsync($"{server.Store}/records/b2"));

        Assert.Equal(204, await server.StatusAsync($"{server.Store}/records/c", HttpMethod.Delete));
        Assert.Equal([FaultServer.Key, "b", "b2", "c"], await ArchivedAsync(""));

        await server.Server.DataAsync(HttpMethod.Put, "/_emulator/faults", json: "[]");
        Assert.Equal([FaultServer.Key, "b", "b2"], await KeysAsync(""));
        Assert.Equal([FaultServer.Key, "b", "b2"], await ArchivedAsync(""));

        async Task<IEnumerable<string?>> KeysAsync(string query) =>
            [.. (await server.Server.DataAsync(HttpMethod.Get, $"{server.Store}/keys{query}")).GetProperty("items").EnumerateArray()
                .Select(item => item.GetProperty("key").GetString())];

        async Task<IEnumerable<string>> ArchivedAsync(string query) =>
            [.. ZipLayout.Read(await server.BytesAsync($"{server.Archive}{query}")).Members.Select(member => member.Name)];
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

        Assert.Contains(await server.CurlAsync(server.Archive, "--http1.0"), new[] { CurlEmptyReply, CurlReceiveError });
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

    [Theory]
    [InlineData("""{"delayMs":86400000}""")]
    [InlineData("""{"bytesPerSecond":1}""")]
    [InlineData("""{"effect":"stall"}""")]
    public async Task A_server_that_stops_does_not_wait_for_a_fault(string rule)
    {
        var server = await FaultServer.StartAsync();
        await server.SetAsync($"[{rule}]");
        var asked = RawHttp.AskAsync(server.Server.Address, $"GET {server.Archive}?token={RunningServer.DevelopmentToken} HTTP/1.1");
        await server.AppliedAsync(1);

        var watch = Stopwatch.StartNew();
        await server.DisposeAsync();

        Assert.DoesNotContain("PK\x05\x06", await asked, StringComparison.Ordinal);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(4), $"{watch.Elapsed}");
    }

    [Theory]
    [InlineData("""{"delayMs":86400000}""", "86400000 ms late")]
    [InlineData("""{"bytesPerSecond":1}""", "1 B/s")]
    [InlineData("""{"effect":"stall","status":503}""", "503, stall")]
    public async Task A_fault_ends_when_the_client_leaves_and_the_log_tells_of_it(string rule, string told)
    {
        Required.Program("curl");
        await using var server = await ServerProcess.StartAsync(["--ephemeral", "--port", "0"]);
        using var client = new HttpClient { BaseAddress = server.Address };
        using var rules = OwnServer.Json($"[{rule}]");
        (await client.PutAsync("/_emulator/faults", rules, Running)).EnsureSuccessStatusCode().Dispose();

        await Cli.Wrap("curl")
            .WithArguments(["--silent", "--max-time", "1", $"{server.Address}v2/users/me"])
            .WithValidation(CommandResultValidation.None)
            .ExecuteAsync(Running);

        var log = await Eventually.HoldsAsync(() => server.Log, log => log.Contains("(broken off)", StringComparison.Ordinal));
        Assert.Contains($"by a rule of /_emulator/faults: \"{told}\"", log, StringComparison.Ordinal);
    }
}
