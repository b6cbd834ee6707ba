namespace KvsRecords.Server.Tests;

/// <summary>A server in this process for all tests of a class.</summary>
public sealed class ServerFixture : IAsyncLifetime
{
    internal OwnServer Server { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Server = await OwnServer.StartAsync();

    public ValueTask DisposeAsync() => Server.DisposeAsync();
}

/// <summary>Tests of one server. Each finds it as it was at its start: without stores, requests and faults, and at the real time.</summary>
public abstract class ServerTests(ServerFixture fixture) : IClassFixture<ServerFixture>, IAsyncLifetime
{
    private protected OwnServer Server => fixture.Server;

    public async ValueTask InitializeAsync() => await Server.ResetAsync();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}
