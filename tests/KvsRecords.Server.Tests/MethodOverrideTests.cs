namespace KvsRecords.Server.Tests;

/// <summary><c>?method=</c>, and who may use it.</summary>
public sealed class MethodOverrideTests
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Any_request_may_say_which_method_it_stands_for()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();

        using var put = await server.SendAsync(HttpMethod.Post, $"{store}/records/a?method=PUT", OwnServer.Body("x"u8.ToArray(), "text/plain"));
        using var get = await server.SendAsync(HttpMethod.Post, $"{store}/records/a?method=get");
        using var delete = await server.GetAsync($"{store}/records/a?method=DELETE");
        using var gone = await server.GetAsync($"{store}/records/a");

        Assert.Equal(201, (int)put.StatusCode);
        Assert.Equal("x", await get.Content.ReadAsStringAsync(Running));
        Assert.Equal(204, (int)delete.StatusCode);
        Assert.Equal(404, (int)gone.StatusCode);
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("x")]
    public async Task Another_word_is_400(string method)
    {
        await using var server = await OwnServer.StartAsync();

        using var response = await server.GetAsync($"/v2/key-value-stores?method={method}");

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
    }
}
