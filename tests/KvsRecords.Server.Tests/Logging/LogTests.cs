using System.Net.Http.Headers;
using System.Runtime.InteropServices;
using KvsRecords.Access;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>What the log says, and what it never does.</summary>
public sealed class LogTests
{
    private const string Store = "/v2/key-value-stores/" + Configurations.StoreId + "/records";

    [Fact]
    public async Task No_token_signature_or_signing_key_is_in_any_line_at_any_level()
    {
        var signature = UrlSignature.CreateStorageContent(Configurations.SigningKey, Configurations.StoreId, null);
        var bare = UrlSignature.CreateHmac(Configurations.SigningKey, Configurations.StoreId);
        Captured.Secret(signature, bare, "wrong-token", "wrong-signature");
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await StartAsync(folder, Configurations.Shop(), "--log-level", "debug", "--rate-limit", "3");
        using var client = new HttpClient { BaseAddress = server.Address };

        foreach (var query in new[]
        {
            "token=tok-alice", "token=wrong-token", $"signature={signature}", $"signature={bare}", "signature=wrong-signature",
            $"token=tok-alice&signature={bare}", "token=tok-alice&token=tok-alice", "token=tok-alice%zz", "token=tok-alice%00",
            "signature=wrong-signature%0A", "token=tok-alice&collection=nope", "tok-alice", "token=tok-carol",
        })
        {
            foreach (var path in new[] { Store, "/v2/key-value-stores/~my-store/records", "/nowhere" })
                await RawHttp.AskAsync(server.Address, $"GET {path}?{query} HTTP/1.1", "Authorization: Bearer tok-bob");
        }

        await RawHttp.AskAsync(server.Address, $"GET http://user:tok-alice@{server.Address.Authority}/nowhere HTTP/1.1");
        await RawHttp.AskAsync(server.Address, "GET /v2/key-value-stores/x/records%3Ftoken=tok-alice HTTP/1.1");
        await RawHttp.AskAsync(server.Address, "GET /v2/key-value-stores/x%3Ftoken=tok-alice/records HTTP/1.1");
        using (var request = new HttpRequestMessage(HttpMethod.Get, Store) { Headers = { Authorization = new AuthenticationHeaderValue("Bearer", "tok-alice") } })
            (await client.SendAsync(request, TestContext.Current.CancellationToken)).Dispose();
        var log = await StopAsync(server);

        Assert.Contains(Store, log, StringComparison.Ordinal);
        Assert.Contains("429", log, StringComparison.Ordinal);
        foreach (var secret in new[]
        {
            "tok-alice", "tok-bob", "tok-carol", "wrong-token", "wrong-signature", signature, bare, Configurations.SigningKey,
        })
        {
            Assert.DoesNotContain(secret, log, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Each_request_is_one_line_with_method_path_status_bytes_and_duration()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await StartAsync(folder, null);
        using var client = new HttpClient { BaseAddress = server.Address };

        var archive = await client.GetByteArrayAsync(
            new Uri($"/v2/key-value-stores/dev~my-store/records?token={RunningServer.DevelopmentToken}", UriKind.Relative), TestContext.Current.CancellationToken);
        var log = await StopAsync(server);

        Assert.Matches($@"(?m)^\S+ \[INF\] GET /v2/key-value-stores/{StoreId.Derive("KvsRecordsDevUser", "my-store")}/records 200 {archive.Length} B [\d.]+ ms\s*$", log);
    }

    [Fact]
    public async Task A_line_has_the_route_the_id_of_the_store_and_the_key_and_no_other_part_of_the_path()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await StartAsync(folder, Configurations.Shop());

        foreach (var path in new[] { $"{Store}/a%2Fb%20c", "/v2/key-value-stores/alice~my-store/keys", "/v2/key-value-stores/misplaced/keys", "/v2/misplaced" })
            await RawHttp.AskAsync(server.Address, $"GET {path} HTTP/1.1", "Authorization: Bearer tok-alice");
        await RawHttp.AskAsync(server.Address, "GET /misplaced HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"u8.ToArray());
        var log = await StopAsync(server);

        Assert.Equal(
            [$"GET {Store}/a/b%20c 404", $"GET {Path.GetDirectoryName(Store)}/keys 200", "GET /v2/key-value-stores/{storeId}/keys 404", "GET /{**path} 404", "GET - 403"],
            log.Split('\n').Where(line => line.Contains("[INF] GET", StringComparison.Ordinal)).Select(line => string.Join(' ', line.Split(' ')[2..5])));
    }

    [Fact]
    public async Task A_client_that_leaves_is_no_error_and_its_line_says_that_the_archive_is_not_whole()
    {
        using var folder = new StorageFolder();
        var random = RandomBytes.Of(3_000_000);
        for (var i = 0; i < 20; i++)
            folder.Add("big", $"{i}.bin", random);
        await using var server = await StartAsync(folder, null);
        using var client = new HttpClient { BaseAddress = server.Address };
        var url = new Uri($"/v2/key-value-stores/dev~big/records?token={RunningServer.DevelopmentToken}", UriKind.Relative);

        for (var i = 0; i < 20; i++)
        {
            using var response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
            var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
            await body.ReadExactlyAsync(new byte[i * 1_000], TestContext.Current.CancellationToken);
        }

        var log = await StopAsync(server);

        Assert.DoesNotContain("[ERR]", log, StringComparison.Ordinal);
        Assert.Equal(20, log.Split('\n').Count(line => line.Contains("200 (broken off)", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_line_break_in_a_path_or_a_file_name_makes_no_line_of_its_own()
    {
        using var folder = StorageFolder.WithNastyStore();
        folder.Add("my-store", "bad\n00:00:00.000 [ERR] forged.txt", "x"u8);
        await using var server = await StartAsync(folder, null);

        await RawHttp.AskAsync(server.Address, "GET /x%0A00:00:00.000%20[ERR]%20forged HTTP/1.1");
        await RawHttp.AskAsync(
            server.Address, "GET /v2/key-value-stores/dev~my-store/records HTTP/1.1", $"Authorization: Bearer {RunningServer.DevelopmentToken}");
        var log = await StopAsync(server);

        Assert.Contains("control character", log, StringComparison.Ordinal);
        Assert.DoesNotContain(log.Split('\n'), line => line.StartsWith("00:00:00", StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_first_429_of_a_store_says_once_how_to_lift_the_limit()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await StartAsync(folder, null, "--rate-limit", "1");
        using var client = new HttpClient { BaseAddress = server.Address };

        await Task.WhenAll(Enumerable.Range(0, 40).Select(_ =>
            client.GetAsync(new Uri("/v2/key-value-stores/dev~my-store/records", UriKind.Relative), TestContext.Current.CancellationToken)));
        var log = await StopAsync(server);

        Assert.Single(log.Split('\n'), line => line.Contains("--rate-limit off", StringComparison.Ordinal) && line.Contains("dev~my-store", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_left_out_of_an_archive_is_logged_once_with_the_file_and_the_reason()
    {
        using var folder = StorageFolder.WithNastyStore();
        folder.Add("my-store", "back\\slash.txt", "x"u8);
        folder.Add("my-store", "post.txt", "the same key as post.json"u8);
        await using var server = await StartAsync(folder, null);

        for (var i = 0; i < 3; i++)
        {
            await RawHttp.AskAsync(
                server.Address, "GET /v2/key-value-stores/dev~my-store/records HTTP/1.1", $"Authorization: Bearer {RunningServer.DevelopmentToken}");
        }

        var log = await StopAsync(server);

        Assert.Single(log.Split('\n'), line => line.Contains("slash.txt", StringComparison.Ordinal) && line.Contains("backslash", StringComparison.Ordinal));
        Assert.Single(log.Split('\n'), line => line.Contains("post.json", StringComparison.Ordinal) && line.Contains("post.txt", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_that_are_no_records_are_logged_in_one_line_once_for_a_store()
    {
        using var folder = StorageFolder.WithNastyStore();
        folder.Add("default", "x.txt.a1b2c3.tmp", "half"u8);
        folder.Add("default", "y.txt.a1b2c3.tmp", "half"u8);
        folder.Add("default", "photo.__metadata__.json", """{"key":"photo","extension":"png"}"""u8);
        await using var server = await StartAsync(folder, null);

        for (var i = 0; i < 3; i++)
        {
            foreach (var path in (string[])["keys", "records", "records/x"])
            {
                await RawHttp.AskAsync(
                    server.Address, $"GET /v2/key-value-stores/dev~default/{path} HTTP/1.1", $"Authorization: Bearer {RunningServer.DevelopmentToken}");
            }
        }

        var log = await StopAsync(server);

        Assert.Single(log.Split('\n'), line => line.TrimEnd().EndsWith(
            "[WRN] 3 files of dev~default are no records: 2 temporary, 1 sidecar without its value (photo.__metadata__.json)", StringComparison.Ordinal));
        Assert.Single(log.Split('\n'), line => line.Contains("no record", StringComparison.Ordinal));
    }

    private static async Task<ServerProcess> StartAsync(StorageFolder folder, string? configuration, params string[] flags)
    {
        if (configuration is not null)
        {
            var file = Path.Join(folder.Path, "config.json");
            await File.WriteAllTextAsync(file, configuration, TestContext.Current.CancellationToken);
            flags = [.. flags, "--config", file];
        }

        return await ServerProcess.StartAsync(["--storage", folder.Path, "--port", "0", .. flags]);
    }

    // The log is whole when the program has ended.
    private static async Task<string> StopAsync(ServerProcess server)
    {
        server.Signal(PosixSignal.SIGTERM);
        Assert.Equal(0, await server.ExitAsync());
        return server.Log;
    }
}
