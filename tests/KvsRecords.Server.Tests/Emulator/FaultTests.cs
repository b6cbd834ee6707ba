using System.Diagnostics;
using KvsRecords.Access;
using KvsRecords.ArchiveReaders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace KvsRecords.Server.Tests;

/// <summary>Faults that give another answer, a late one or a slow one, as real clients meet them.</summary>
public sealed class FaultTests
{
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
        Assert.Equal(CurlExit.Timeout, await server.CurlAsync(server.Archive, "--max-time", "1"));

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

        // Five pieces, a tenth of a second apart. A timer may fire early by less than its tick.
        Assert.True(watch.Elapsed > TimeSpan.FromMilliseconds(350), $"{watch.Elapsed}");
        Assert.Equal(CurlExit.Timeout, await server.CurlAsync($"{server.Store}/records/b", "--max-time", "0.2"));
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
}
