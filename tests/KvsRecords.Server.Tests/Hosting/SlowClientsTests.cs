using KvsRecords.Server.Settings;
using static KvsRecords.Server.Tests.LimitProbe;

namespace KvsRecords.Server.Tests;

/// <summary>Clients that read nothing of a large answer, or send nothing more of a body: all the others are served.</summary>
public sealed class SlowClientsTests : IDisposable
{
    private const int OfEachKind = 50;

    private readonly List<RawConnection> _slow = [];

    [Fact]
    public async Task Slow_readers_and_slow_writers_keep_no_others_waiting()
    {
        using var folder = new StorageFolder();
        folder.Add("big", "a.bin", Noise(16_000_000));
        await using var server = await OwnServer.StartAsync(flags: (Setting.Seed, folder.Path));
        var store = await server.CreateAsync();

        for (var i = 0; i < OfEachKind; i++)
        {
            await SendAsync(server, Get("/v2/key-value-stores/dev~big/records"));
            await SendAsync(server, Get("/v2/key-value-stores/dev~big/records/a"));
            await SendAsync(server, $"PUT {store}/records/slow-{i} HTTP/1.1\r\nHost: localhost\r\n{Token}Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n");
            await SendAsync(server, $"POST /v2/key-value-stores HTTP/1.1\r\nHost: localhost\r\n{Token}Content-Length: 1000\r\n\r\n{{");
        }

        // Each within the patience of its connection, while none of the others has gone on.
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(200, await StatusAsync(server, "GET /_emulator/health HTTP/1.1"));
            await server.PutAsync(store, $"quick-{i}", "x");
            using var response = await server.GetAsync($"{store}/records");
            Assert.Equal(i + 1, (await RunningServer.ReadArchiveAsync(response)).Count);
        }
    }

    public void Dispose() => _slow.ForEach(connection => connection.Dispose());

    private async Task SendAsync(OwnServer server, string request)
    {
        var connection = await RawConnection.OpenAsync(server.Address);
        _slow.Add(connection);
        await connection.SendAsync(request);
    }
}
