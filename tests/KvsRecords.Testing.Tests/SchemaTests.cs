using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;

namespace KvsRecords.Testing.Tests;

/// <summary>The patterns of schemas end here too, in a process that sets no limit to regular expressions.</summary>
public sealed class SchemaTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_pattern_that_takes_for_ever_is_400_soon()
    {
        Assert.Null(AppDomain.CurrentDomain.GetData("REGEX_DEFAULT_MATCH_TIMEOUT"));
        await using var kvs = await CapturedEmulator.StartAsync(cancellationToken: Cancelled);
        await kvs.CreateStoreAsync("shop", new StoreSettings
        {
            Schema = """
                {"actorKeyValueStoreSchemaVersion":1,"title":"t","collections":
                  {"a":{"key":"a","contentTypes":["application/json"],"jsonSchema":{"items":{"pattern":"^(a+)+$"}}}}}
                """,
        }, Cancelled);
        using var client = kvs.CreateClient();
        using var body = new StringContent(
            JsonSerializer.Serialize(Enumerable.Repeat(new string('a', 40) + "!", 400)), new MediaTypeHeaderValue("application/json"));

        var began = Stopwatch.GetTimestamp();
        using var response = await client.PutAsync(new Uri("/v2/key-value-stores/dev~shop/records/a", UriKind.Relative), body, Cancelled);

        Assert.Equal(400, (int)response.StatusCode);
        Assert.Contains("takes too long: more than 2 seconds", await response.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(12));
    }
}
