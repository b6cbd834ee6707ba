using KvsRecords.ArchiveReaders;

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
}
