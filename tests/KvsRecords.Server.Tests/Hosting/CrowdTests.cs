using System.Net;
using KvsRecords.ArchiveReaders;
using Microsoft.AspNetCore.Hosting;

namespace KvsRecords.Server.Tests;

/// <summary>Many connections at once.</summary>
public sealed class CrowdTests
{
    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_comes_to_a_crowd_gets_the_same_archive_and_so_does_who_comes_when_it_has_gone()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        for (var number = 0; number < 40; number++)
            await server.PutAsync(store, $"key-{number:D2}", new string((char)('a' + (number % 26)), 60_000 + number));
        var alone = await DownloadAsync(server.Client);
        var crowd = Enumerable.Range(0, 150).Select(_ => new HttpClient { BaseAddress = server.Address }).ToList();

        var archives = await Task.WhenAll(crowd.Select(DownloadAsync));
        crowd.ForEach(client => client.Dispose());
        using var last = new HttpClient { BaseAddress = server.Address };

        Assert.Equal(40, ZipLayout.Read(alone).Members.Count);
        Assert.All(archives, archive => Assert.Equal(alone, archive));
        Assert.Equal(alone, await DownloadAsync(last));

        Task<byte[]> DownloadAsync(HttpClient client) =>
            client.GetByteArrayAsync($"{store}/records?token={RunningServer.DevelopmentToken}", Running);
    }

    [Fact]
    public async Task Five_hundred_who_come_at_once_get_the_same_archive_of_a_live_folder()
    {
        using var folder = new StorageFolder();
        for (var number = 0; number < 40; number++)
            folder.Add("crowded", $"key-{number:D2}.bin", RandomBytes.Of(20_000 + number, seed: number));
        await using var server = await LiveServer.StartAsync(folder);
        var crowd = Enumerable.Range(0, 500).Select(_ => new HttpClient { BaseAddress = server.Address }).ToList();

        var archives = await Task.WhenAll(crowd.Select(client =>
            client.GetByteArrayAsync($"/v2/key-value-stores/dev~crowded/records?token={RunningServer.DevelopmentToken}", Running)));
        crowd.ForEach(client => client.Dispose());

        Assert.Equal(40, ZipLayout.Read(archives[0]).Members.Count);
        Assert.All(archives, archive => Assert.True(archives[0].AsSpan().SequenceEqual(archive)));
        Assert.Equal(archives[0].Length, server.Archives.Bytes);
    }

    [Fact]
    public async Task A_crowd_is_answered_at_an_added_address_too()
    {
        await using var server = await RunningServer.StartOwnAsync(
            change: builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0)));
        var added = server.Addresses.Last();
        Assert.NotEqual(server.Address.Port, added.Port);
        var crowd = new List<RawConnection>();
        try
        {
            for (var number = 0; number < 100; number++)
            {
                crowd.Add(await RawConnection.OpenAsync(added));
                await crowd[^1].SendAsync("GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n");
                Assert.Equal(200, (await crowd[^1].ReadAnswerAsync()).Status);
            }
        }
        finally
        {
            crowd.ForEach(connection => connection.Dispose());
        }
    }
}
