using System.Net.Http.Headers;

namespace KvsRecords.Benchmarks;

/// <summary>The one client of all measurements.</summary>
internal sealed class Download : IDisposable
{
    private readonly byte[] _buffer = new byte[1 << 18];

    private readonly HttpClient _http = new(new SocketsHttpHandler
    {
        UseProxy = false,
        // An aborted download is to end at once, not to be read on for the sake of its connection.
        MaxResponseDrainSize = 0,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", OurProgram.Token) },
    };

    public Task<long> DiscardAsync(Uri archive, CancellationToken cancel) => CopyAsync(archive, Stream.Null, cancel);

    public async Task<long> SaveAsync(Uri archive, string path, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1);
        return await CopyAsync(archive, file, cancel);
    }

    /// <summary>Reads the first byte of the body, and leaves the rest.</summary>
    public async Task FirstByteAsync(Uri archive, CancellationToken cancel)
    {
        using var response = await AskAsync(archive, cancel);
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        if (await body.ReadAsync(_buffer.AsMemory(0, 1), cancel) == 0)
            throw new BenchmarkException($"{archive} answered with nothing.");
    }

    public void Dispose() => _http.Dispose();

    private async Task<long> CopyAsync(Uri archive, Stream target, CancellationToken cancel)
    {
        using var response = await AskAsync(archive, cancel);
        await using var body = await response.Content.ReadAsStreamAsync(cancel);
        long total = 0;
        for (int read; (read = await body.ReadAsync(_buffer, cancel)) > 0; total += read)
            target.Write(_buffer, 0, read);
        return total;
    }

    private async Task<HttpResponseMessage> AskAsync(Uri archive, CancellationToken cancel)
    {
        var response = await _http.GetAsync(archive, HttpCompletionOption.ResponseHeadersRead, cancel);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            var why = await response.Content.ReadAsStringAsync(cancel);
            throw new BenchmarkException($"{archive} answered {(int)response.StatusCode}: {why}");
        }
    }
}
