using KvsRecords.ArchiveReaders;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>
/// A store of our own that fails while its archive is sent, or a network that does: no client takes a short archive for a whole one,
/// wherever it ends.
/// </summary>
public sealed class SplicedTruncationTests
{
    private static readonly Fault[] Faults = [.. FaultyStores.All];

    public static TheoryData<string> Clients => Downloaders.All;

    public static TheoryData<string> CountingClients => Downloaders.Counting;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task No_client_takes_an_archive_that_broke_off_for_a_whole_one(string client)
    {
        await using var stores = await FaultyStores.CreateAsync();
        await using var server = await StartAsync(stores);
        var whole = await WholeAsync(server);

        var downloads = await Downloaders.GetAsync(client, [.. Urls(server, client), Url(server, client, Fault.None)]);

        Assert.True(downloads[^1].IsWhole, downloads[^1].Said);
        Assert.Equal(whole, downloads[^1].Received);
        AssertBroken(downloads, whole);
    }

    [Theory]
    [MemberData(nameof(Clients))]
    public async Task No_client_takes_a_range_that_broke_off_for_a_whole_one(string client)
    {
        const int From = 1_000;
        await using var stores = await FaultyStores.CreateAsync();
        await using var server = await StartAsync(stores);
        var whole = await WholeAsync(server);

        var downloads = await Downloaders.GetAsync(client, [.. Urls(server, client), Url(server, client, Fault.None)], $"bytes={From}-");

        Assert.True(downloads[^1].IsWhole, downloads[^1].Said);
        Assert.Equal(whole[From..], downloads[^1].Received);
        AssertBroken(downloads, whole[From..]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("bytes=1000-")]
    public async Task The_fault_comes_after_a_part_of_the_archive(string? range)
    {
        await using var stores = await FaultyStores.CreateAsync();
        await using var server = await StartAsync(stores);

        // Over HTTP/1.1 a reset discards what is under way.
        const string Client = "curl over HTTP/2";
        var downloads = await Downloaders.GetAsync(Client, Urls(server, Client), range);

        Assert.All(downloads.Zip(Faults), each => Assert.True(each.First.Received.Length > 1_000_000, $"{each.Second}: {each.First.Received.Length}"));
    }

    [Theory]
    [InlineData("missing")]
    [InlineData("short")]
    [InlineData("long")]
    public async Task A_body_that_is_damaged_on_the_disk_breaks_the_archive_and_verify_names_it(string damage)
    {
        using var folder = new StorageFolder();
        var data = Path.Join(folder.Path, "data");
        await using (var server = await OwnServer.StartAsync(flags: (Setting.Data, data)))
        {
            var store = await server.CreateAsync();
            foreach (var (key, length) in ((string, int)[])[("a", 1_600_000), ("b", 40_000), ("c", 10)])
            {
                var value = RandomBytes.Of(length, seed: length);
                (await server.SendAsync(HttpMethod.Put, $"{store}/records/{key}", OwnServer.Body(value, "image/png"))).Dispose();
            }

            Damage(Directory.EnumerateFiles(Path.Join(data, "bodies")).Single(file => new FileInfo(file).Length == 40_000), damage);
            var url = new Uri(server.Address, $"{store}/records?token={RunningServer.DevelopmentToken}");
            foreach (var client in (string[])["HttpClient", "curl"])
                Assert.False(Assert.Single(await Downloaders.GetAsync(client, [url])).IsWhole);
        }

        var (exitCode, output, _) = await ServerProcess.RunAsync(["verify", "--data", data]);
        Assert.Equal(1, exitCode);
        Assert.StartsWith("dev~my-store: the record 'b': ", output, StringComparison.Ordinal);
        Assert.Contains("is damaged in 1 place: 3 records read", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HEAD_reads_no_body_and_finds_no_fault_in_one()
    {
        await using var stores = await FaultyStores.CreateAsync();
        await using var server = await StartAsync(stores);
        var whole = await WholeAsync(server);
        foreach (var fault in Faults.Where(fault => fault is not (Fault.FewerThanCounted or Fault.MoreThanCounted)))
        {
            using var request = new HttpRequestMessage(HttpMethod.Head, FaultyStores.PathOf(fault));
            using var response = await server.Client.SendAsync(request, Running);
            Assert.Equal((200, whole.Length), ((int)response.StatusCode, response.Content.Headers.ContentLength));
        }
    }

    [Theory]
    [MemberData(nameof(CountingClients))]
    public async Task No_client_takes_an_archive_for_a_whole_one_whose_connection_ended_at_any_border(string client)
    {
        await using var stores = await FaultyStores.CreateAsync();
        await using var server = await StartAsync(stores);
        var whole = await WholeAsync(server);
        var ways = Borders(whole).Select(border => new CutConnection(server.Address, border)).ToList();

        var downloads = await Downloaders.GetAsync(client, [.. ways.Select(way => new Uri(way.Address, FaultyStores.PathOf(Fault.None)))]);

        Assert.All(downloads, download => Assert.False(download.IsWhole));
        Assert.All(ways, way => Assert.Single(way.Requests));
        foreach (var way in ways)
            await way.DisposeAsync();
    }

    /// <summary>An end in the middle of everything that there is in an archive, and on each border.</summary>
    private static IEnumerable<int> Borders(byte[] whole)
    {
        var members = ZipLayout.Read(whole).Members;
        var (inRow, inFile) = (members.Single(member => member.Name == FaultyStores.InRow), members.Single(member => member.Name == FaultyStores.InFile));
        var directory = (int)(members[^1].DataOffset + members[^1].CompressedLength);
        var end = whole.Length - 22;
        return
        [
            0, 1, (int)inRow.Offset, (int)inRow.Offset + 15, (int)inRow.DataOffset, (int)inRow.DataOffset + 2_000,
            (int)inFile.DataOffset, (int)inFile.DataOffset + 20_000, directory, directory + 20, directory + 47, end, end + 10, whole.Length - 1,
        ];
    }

    private static void Damage(string path, string how)
    {
        if (how == "missing")
        {
            File.Delete(path);
            return;
        }

        using var file = new FileStream(path, FileMode.Open);
        file.SetLength(file.Length + (how == "short" ? -1 : 1));
    }

    private static void AssertBroken(IReadOnlyList<Download> downloads, byte[] whole)
    {
        foreach (var (download, fault) in downloads.Zip(Faults))
        {
            Assert.False(download.IsWhole, $"{fault}: {download.Said}");
            Assert.True(download.Received.Length < whole.Length, $"{fault}: {download.Received.Length} of {whole.Length} bytes");
            Assert.True(whole.AsSpan().StartsWith(download.Received), $"{fault}: other bytes");
        }
    }

    private static Task<RunningServer> StartAsync(FaultyStores stores)
    {
        using var folder = new StorageFolder();
        return RunningServer.StartAsync(folder, stores: stores, change: TruncationTests.ListenForHttp2);
    }

    private static Task<byte[]> WholeAsync(RunningServer server) => server.Client.GetByteArrayAsync(FaultyStores.PathOf(Fault.None), Running);

    private static List<Uri> Urls(RunningServer server, string client) => [.. Faults.Select(fault => Url(server, client, fault))];

    private static Uri Url(RunningServer server, string client, Fault fault) =>
        new(Downloaders.SpeaksHttp2(client) ? server.Addresses.Last() : server.Address, FaultyStores.PathOf(fault));
}
