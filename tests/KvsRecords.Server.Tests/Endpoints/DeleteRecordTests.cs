namespace KvsRecords.Server.Tests;

/// <summary><c>DELETE …/records/{key}</c>.</summary>
public sealed class DeleteRecordTests(ServerFixture fixture) : ServerTests(fixture)
{
    [Fact]
    public async Task A_deleted_record_is_gone_and_deleting_it_again_is_204_too()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", "1");
        await Server.PutAsync(store, "b", "2");

        using var first = await Server.SendAsync(HttpMethod.Delete, $"{store}/records/a");
        using var again = await Server.SendAsync(HttpMethod.Delete, $"{store}/records/a");
        using var odd = await Server.SendAsync(HttpMethod.Delete, $"{store}/records/never%2Fthere%20🐎");

        Assert.Equal([204, 204, 204], ((HttpResponseMessage[])[first, again, odd]).Select(response => (int)response.StatusCode));
        using var gone = await Server.GetAsync($"{store}/records/a");
        await Errors.AssertErrorAsync(gone, 404, "record-not-found", "Record was not found");
        Assert.Equal(1, (await Server.DataAsync(HttpMethod.Get, $"{store}/keys")).GetProperty("count").GetInt32());
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_404()
    {
        using var response = await Server.SendAsync(HttpMethod.Delete, "/v2/key-value-stores/dev~nope/records/a");

        await Errors.AssertErrorAsync(response, 404, "record-not-found", "Key-value Store was not found");
    }
}
