namespace KvsRecords.Benchmarks;

/// <summary>Downloads from one server, one after the other, in milliseconds.</summary>
internal sealed class TimedDownloads(ServerProcess server, CancellationToken cancel) : IDisposable
{
    private readonly ArchiveClient _client = new(server.Origin);

    public long Length(string path) => _client.Length(path);

    /// <summary>Until the first byte of the body.</summary>
    public async Task<double> FirstAsync(string path, string? range = null)
    {
        var time = await Task.Run(() => _client.FirstByte(path, range), cancel);
        // What it does about the aborted download is not to slow the next measurement down.
        await server.Figures.QuietAsync(cancel);
        return time;
    }

    public Task<double> WholeAsync(string path) => Task.Run(() => 1e3 * _client.Download(path).Seconds, cancel);

    /// <summary>For each record.</summary>
    /// <param name="store">Of what.</param>
    /// <param name="times">
    /// How often: what a large store leaves in the processor's caches is not a cost of the small one that is its turn next.
    /// </param>
    public async Task<double> EachAsync(ArchivedStore store, int times)
    {
        var whole = new List<double>();
        for (var left = times; left > 0; left--)
            whole.Add(await WholeAsync(store.Path));
        return Median.Of(whole) / store.Records;
    }

    public void Dispose() => _client.Dispose();
}
