using CsCheck;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>
/// An archive that is asked for in pieces, while others write to other stores; some of the pieces come from a server that was started
/// meanwhile. <c>KVS_RECORDS_SPLITS</c> says how many splits.
/// </summary>
public sealed class RangeSplitTests : IAsyncDisposable
{
    private const int Restarts = 5;

    private static readonly int Splits = HowMany.Of("KVS_RECORDS_SPLITS", usually: 100);

    private readonly StorageFolder _folder = new();
    private OwnServer? _server;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    private OwnServer Server => _server!;

    [Fact]
    public async Task Any_split_into_ranges_assembles_to_the_same_archive()
    {
        await RestartAsync();
        var store = await FilledAsync();
        var other = await Server.CreateAsync("other");
        using var whole = await Server.GetAsync($"{store}/records");
        var (bytes, tag) = (await whole.Content.ReadAsByteArrayAsync(Running), whole.Headers.ETag!.Tag);

        var (splits, writing) = (0, Task.CompletedTask);
        await Gen.Int[0, bytes.Length].Array[0, 5].SampleAsync(
            async cuts =>
            {
                splits++;
                if (writing.IsCompletedSuccessfully)
                    writing = Server.PutAsync(other, $"key-{splits % 100}", "written meanwhile");
                using var assembled = new MemoryStream();
                int[] borders = [.. cuts.Append(0).Append(bytes.Length).Distinct().Order()];
                for (var i = 0; i + 1 < borders.Length; i++)
                {
                    if (i == borders.Length / 2 && splits % (Splits / Restarts) == 0)
                    {
                        await writing;
                        await RestartAsync();
                    }

                    await AppendAsync(assembled, store, tag, borders[i], borders[i + 1], bytes.Length);
                }

                Assert.Equal(bytes, assembled.ToArray());
            },
            iter: Splits,
            threads: 1);

        await writing;
        Assert.Equal(Splits, splits);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _folder.Dispose();
    }

    private async Task RestartAsync()
    {
        if (_server is not null)
            await _server.DisposeAsync();
        _server = await OwnServer.StartAsync(flags: (Setting.Data, Path.Join(_folder.Path, "data")));
    }

    // Small ones and large ones, since there are thousands of downloads; two of them have files.
    private async Task<string> FilledAsync()
    {
        var store = await Server.CreateAsync();
        for (var i = 0; i < 24; i++)
        {
            var value = RandomBytes.Of(i % 10 == 7 ? 17_000 + i : i * 50, seed: i);
            using var put = await Server.SendAsync(
                HttpMethod.Put, $"{store}/records/key-{i:D2}", OwnServer.Body(value, i % 2 == 0 ? "image/png" : "text/plain"));
            Assert.Equal(201, (int)put.StatusCode);
        }

        return store;
    }

    private async Task AppendAsync(MemoryStream assembled, string store, string tag, int from, int to, int length)
    {
        using var part = await Server.SendAsync(
            HttpMethod.Get, $"{store}/records", headers: [("Range", $"bytes={from}-{to - 1}"), ("If-Range", tag)]);
        Assert.Equal(206, (int)part.StatusCode);
        Assert.Equal($"bytes {from}-{to - 1}/{length}", part.Content.Headers.ContentRange?.ToString());
        await part.Content.CopyToAsync(assembled, Running);
    }
}
