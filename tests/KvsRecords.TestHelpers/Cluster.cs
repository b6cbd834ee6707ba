namespace KvsRecords.TestHelpers;

/// <summary>
/// The one database server of all tests that do not kill it. It is started when it is first needed. An assembly of tests names it in an
/// <see cref="AssemblyFixtureAttribute"/>.
/// </summary>
public sealed class Cluster : IAsyncDisposable
{
    private static readonly Lazy<Task<PostgresServer>> Started = new(() => PostgresServer.StartAsync());

    public static async Task<string> ConnectionStringAsync() => (await StartAsync()).ConnectionString;

    public static async Task<PostgresServer> StartAsync()
    {
        PostgresServer.Require();
        return await Started.Value;
    }

    public async ValueTask DisposeAsync()
    {
        if (Started.IsValueCreated)
            await (await Started.Value).DisposeAsync();
    }
}
