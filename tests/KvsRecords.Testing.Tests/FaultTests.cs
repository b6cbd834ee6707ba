using System.Text.Json;
using KvsRecords.Emulator;

namespace KvsRecords.Testing.Tests;

/// <summary>Faults that a test sets in the process, and that the application meets over HTTP.</summary>
public sealed class FaultTests : IAsyncLifetime
{
    private KvsRecordsServer _kvs = null!;
    private HttpClient _client = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _kvs = await CapturedEmulator.StartAsync(cancellationToken: Cancelled);
        _client = _kvs.CreateClient();
        await (await _kvs.CreateStoreAsync("shop", cancellationToken: Cancelled)).PutAsync("OUTPUT", "0123456789", cancellationToken: Cancelled);
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _kvs.DisposeAsync();
    }

    [Fact]
    public async Task A_request_meets_the_first_fault_whose_turn_it_is_and_without_any_none()
    {
        await _kvs.SetFaultsAsync(
            new Fault { Operation = "getRecord", Nth = 2, Status = 503 },
            new Fault { Key = "OUTPUT", Nth = 3, Effect = FaultEffect.Truncate, Bytes = 4 });

        Assert.Equal(200, await Http.StatusAsync(_client, "/v2/key-value-stores/dev~shop/records/OUTPUT"));
        Assert.Equal(503, await Http.StatusAsync(_client, "/v2/key-value-stores/dev~shop/records/OUTPUT"));
        await Assert.ThrowsAsync<HttpRequestException>(() => Http.TextAsync(_client, "/v2/key-value-stores/dev~shop/records/OUTPUT"));
        await _kvs.SetFaultsAsync(new Fault { Status = 500 });
        Assert.Equal(500, await Http.StatusAsync(_client, "/v2/key-value-stores/dev~shop/records/OUTPUT"));
        await _kvs.SetFaultsAsync();
        Assert.Equal(200, await Http.StatusAsync(_client, "/v2/key-value-stores/dev~shop/records/OUTPUT"));
    }

    [Theory]
    [InlineData(ErrorNames.Specification, "permission-denied")]
    [InlineData(ErrorNames.Service, "insufficient-permissions")]
    public async Task An_error_has_the_names_that_the_options_say(ErrorNames names, string type)
    {
        await using var kvs = await CapturedEmulator.StartAsync(new KvsRecordsServerOptions { ErrorNames = names }, Cancelled);
        using var client = kvs.CreateClient();
        await kvs.SetFaultsAsync(new Fault { Status = 403 });

        using var response = await client.GetAsync(new Uri("/v2/users/me", UriKind.Relative), Cancelled);

        Assert.Contains($"\"type\":\"{type}\"", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_reset_clears_them()
    {
        await _kvs.SetFaultsAsync(new Fault { Status = 500 });
        await _kvs.ResetAsync(Cancelled);

        Assert.Equal(200, await Http.StatusAsync(_client, "/v2/users/me"));
    }

    [Fact]
    public async Task One_that_cannot_be_meant_is_refused_and_nothing_changes()
    {
        await _kvs.SetFaultsAsync(new Fault { Status = 503 });

        var thrown = await Assert.ThrowsAsync<ArgumentException>(() => _kvs.SetFaultsAsync(new Fault { Status = 500 }, new Fault { Status = 200 }));

        Assert.Contains("index 1", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(503, await Http.StatusAsync(_client, "/v2/users/me"));
    }

    [Fact]
    public async Task Each_member_that_there_is_over_HTTP_is_there_in_the_process()
    {
        using var body = new StringContent("""[{"nothing":1}]""");
        using var refused = await _client.PutAsync(new Uri("/_emulator/faults", UriKind.Relative), body, Cancelled);
        var message = await refused.Content.ReadAsStringAsync(Cancelled);

        var allowed = message[message.IndexOf("Allowed: ", StringComparison.Ordinal)..].Split(' ').Skip(1)
            .Select(word => new string([.. word.TakeWhile(char.IsAsciiLetter)]));
        Assert.Equal(allowed.Order(StringComparer.Ordinal),
            typeof(Fault).GetProperties().Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal));
    }
}
