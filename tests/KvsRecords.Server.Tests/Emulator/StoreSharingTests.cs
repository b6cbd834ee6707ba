namespace KvsRecords.Server.Tests;

/// <summary><c>PUT /_emulator/stores/{storeId}/sharing</c>: sets the users who may read a store.</summary>
public sealed class StoreSharingTests
{
    [Fact]
    public async Task Those_it_is_shared_with_may_read_and_no_longer_once_they_are_taken_away()
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        var store = await server.CreateAsync("mine", token: "tok-alice");
        var sharing = $"/_emulator/stores/{store.Split('/')[^1]}/sharing";

        using var shared = await server.SendAsync(HttpMethod.Put, sharing, OwnServer.Json("""{"sharedWith":["CAROL"]}"""), token: "");
        using var may = await server.GetAsync(store, "tok-carol");
        using var none = await server.SendAsync(HttpMethod.Put, sharing, OwnServer.Json("""{"sharedWith":[]}"""), token: "");
        using var mayNot = await server.GetAsync(store, "tok-carol");

        Assert.Equal([204, 204], [(int)shared.StatusCode, (int)none.StatusCode]);
        Assert.Equal([200, 403], [(int)may.StatusCode, (int)mayNot.StatusCode]);
    }

    [Theory]
    [InlineData("""{"sharedWith":["no-such-user"]}""")]
    [InlineData("""{"sharedWith":[1]}""")]
    [InlineData("""{"sharedWith":"carol"}""")]
    [InlineData("{}")]
    [InlineData("[]")]
    public async Task Anything_else_is_400_and_changes_nothing(string body)
    {
        await using var server = await OwnServer.StartAsync(Configurations.Shop());
        var store = await server.CreateAsync("mine", token: "tok-alice");

        using var response = await server.SendAsync(
            HttpMethod.Put, $"/_emulator/stores/{store.Split('/')[^1]}/sharing", OwnServer.Json(body), token: "");
        using var mayNot = await server.GetAsync(store, "tok-carol");

        await Errors.AssertErrorAsync(response, 400, "invalid-input");
        Assert.Equal(403, (int)mayNot.StatusCode);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_404_and_a_live_folder_403()
    {
        await using var own = await OwnServer.StartAsync();
        using var folder = StorageFolder.WithNastyStore();
        await using var live = await RunningServer.StartAsync(folder);

        using var missing = await own.SendAsync(
            HttpMethod.Put, "/_emulator/stores/NoSuchStore000001/sharing", OwnServer.Json("""{"sharedWith":[]}"""));
        using var request = new HttpRequestMessage(HttpMethod.Put, "/_emulator/stores/x/sharing") { Content = OwnServer.Json("""{"sharedWith":[]}""") };
        using var readOnly = await live.Client.SendAsync(request, TestContext.Current.CancellationToken);

        await Errors.AssertErrorAsync(missing, 404, "record-not-found");
        Assert.Equal(403, (int)readOnly.StatusCode);
    }
}
