using KvsRecords.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Time.Testing;

namespace KvsRecords.Server.Tests;

/// <summary>Tokens, signatures and general access as they arrive in a request. The decision itself has its truth table in the core's tests.</summary>
public sealed class AccessTests(FolderFixture fixture) : FolderTests(fixture)
{
    private const string ById = "/v2/key-value-stores/" + Configurations.StoreId + "/records";
    private const string ByName = "/v2/key-value-stores/alice~my-store/records";

    // Known answers of the official signer, with the clock at 1750000000000.
    private const string ForEver = "MC4wLjFtb04xdksxQ3ZwazJnYXhoUFpHVw";
    private const string ForAnHour = "MC4xNzUwMDAzNjAwMDAwLjE3STFwcFB0dHNnT1l3S1c4TlRuZA";
    private static readonly DateTimeOffset SignedAt = DateTimeOffset.FromUnixTimeMilliseconds(1_750_000_000_000);

    [Theory]
    [InlineData("Bearer tok-alice", "", 200)]
    [InlineData("bearer tok-alice", "", 200)]
    [InlineData("Bearer tok-alice-2", "", 200)]
    [InlineData("Bearer tok-bob", "", 200)]
    [InlineData(null, "token=tok-alice", 200)]
    [InlineData("Bearer tok-alice", "token=nobody's", 200)]
    [InlineData("Bearer nobody's", "token=tok-alice", 401)]
    [InlineData("Basic dG9rLWFsaWNl", "token=tok-alice", 200)]
    [InlineData("Basic dG9rLWFsaWNl", "", 401)]
    [InlineData("Bearer", "token=tok-alice", 200)]
    [InlineData("tok-alice", "", 401)]
    [InlineData("Bearer tok,with comma", "", 200)]
    [InlineData("Bearer  tok-alice ", "", 200)]
    [InlineData("Bearertok-alice", "", 401)]
    [InlineData(null, "token=", 401)]
    [InlineData(null, "token=&signature=", 401)]
    [InlineData("Bearer tok-carol", "", 403)]
    [InlineData("Bearer tok-carol", "signature=" + ForEver, 200)]
    [InlineData("Bearer tok-carol", "signature=wrong", 403)]
    [InlineData("Bearer tok-alice", "signature=wrong", 200)]
    [InlineData("Bearer nobody's", "signature=" + ForEver, 401)]
    [InlineData(null, "signature=wrong", 403)]
    public async Task The_token_is_taken_from_the_header_or_else_from_the_query(string? authorization, string query, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{ById}?{query}");
        if (authorization is not null)
            request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var response = await Shop.Client.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
    }

    [Theory]
    [InlineData("RESTRICTED", ById, 401)]
    [InlineData("RESTRICTED", ByName, 401)]
    [InlineData("FOLLOW_USER_SETTING", ById, 401)]
    [InlineData("ANYONE_WITH_ID_CAN_READ", ById, 200)]
    [InlineData("ANYONE_WITH_ID_CAN_READ", ByName, 401)]
    [InlineData("ANYONE_WITH_NAME_CAN_READ", ById, 200)]
    [InlineData("ANYONE_WITH_NAME_CAN_READ", ByName, 200)]
    public async Task General_access_lets_anybody_in_without_a_token(string generalAccess, string url, int status)
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, Configurations.Shop(generalAccess));

        using var response = await server.GetAsync(url, token: null);
        using var withUnknownToken = await server.GetAsync(url, "nobody's");

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(401, (int)withUnknownToken.StatusCode);
    }

    [Theory]
    [InlineData(ById)]
    [InlineData(ByName)]
    public async Task Both_official_forms_of_a_signature_open_the_store_with_and_without_padding(string url)
    {
        var bare = UrlSignature.CreateHmac(Configurations.SigningKey, Configurations.StoreId);

        foreach (var signature in new[] { ForEver, ForEver + "==", Uri.EscapeDataString(ForEver + "=="), bare })
        {
            using var response = await Shop.GetAsync($"{url}?signature={signature}", token: null);
            Assert.Equal(200, (int)response.StatusCode);
        }
    }

    [Fact]
    public async Task A_signature_expires_by_the_servers_clock()
    {
        var clock = new FakeTimeProvider(SignedAt);
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, Configurations.Shop(), change: builder =>
            builder.Services.Replace(ServiceDescriptor.Singleton<TimeProvider>(clock)));

        clock.Advance(TimeSpan.FromHours(1));
        using (var atTheLastMoment = await server.GetAsync($"{ById}?signature={ForAnHour}", token: null))
            Assert.Equal(200, (int)atTheLastMoment.StatusCode);

        clock.Advance(TimeSpan.FromMilliseconds(1));
        using var tooLate = await server.GetAsync($"{ById}?signature={ForAnHour}", token: null);
        await Errors.AssertErrorAsync(tooLate, 403, "permission-denied", "You do not have permission to perform this action.");
    }

    [Fact]
    public async Task The_development_user_has_the_well_known_token_until_users_are_configured()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var alone = await RunningServer.StartAsync(folder);
        await using var configured = await RunningServer.StartAsync(folder, Configurations.Shop());

        using var before = await alone.GetAsync("/v2/key-value-stores/dev~my-store/records");
        using var after = await configured.GetAsync("/v2/key-value-stores/dev~my-store/records");

        Assert.Equal(200, (int)before.StatusCode);
        Assert.Equal(401, (int)after.StatusCode);
    }
}
