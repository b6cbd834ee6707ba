using KvsRecords.Server.Settings;

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

/// <summary>Servers of the same live folder for all tests of a class: one with the settings that there are by default, and one with those of a shop.</summary>
public sealed class FolderFixture : IAsyncLifetime
{
    private readonly StorageFolder _folder = StorageFolder.WithNastyStore();
    private readonly StorageFolder _shopFolder = StorageFolder.WithNastyStore();

    internal RunningServer Server { get; private set; } = null!;

    internal RunningServer Shop { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Server = await StartAsync(_folder);
        Shop = await StartAsync(_shopFolder, Configurations.Shop());
    }

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Shop.DisposeAsync();
        _folder.Dispose();
        _shopFolder.Dispose();
    }

    private static async Task<RunningServer> StartAsync(StorageFolder folder, string? configuration = null) =>
        await RunningServer.StartAsync(folder, configuration, flags: await Databases.InPlaceOfFoldersAsync([(Setting.Storage, folder.Path)]));
}

/// <summary>Tests of a live folder. They MUST change nothing in it.</summary>
public abstract class FolderTests(FolderFixture fixture) : IClassFixture<FolderFixture>
{
    private protected RunningServer Server => fixture.Server;

    private protected RunningServer Shop => fixture.Shop;
}
