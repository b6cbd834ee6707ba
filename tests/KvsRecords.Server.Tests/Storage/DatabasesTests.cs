namespace KvsRecords.Server.Tests;

/// <summary>That the tests of the API speak of the storage that they are asked to speak of.</summary>
public sealed class DatabasesTests
{
    [Fact]
    public async Task Servers_of_tests_keep_stores_in_a_database_where_the_variable_says_so_and_else_in_a_folder()
    {
        await using var server = await OwnServer.StartAsync();

        Assert.Equal(Environment.GetEnvironmentVariable("KVS_RECORDS_ON_DATABASE") == "1", server.Database is not null);
    }
}
