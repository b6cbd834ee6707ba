using System.Diagnostics;

namespace KvsRecords.Benchmarks;

/// <summary>Something that keeps records: what to start for it, and how to ask it.</summary>
internal abstract class RecordContender : Contender
{
    /// <param name="folder">Where it may keep them.</param>
    public abstract ProcessStartInfo Command(string folder);

    /// <summary>Makes a store, and says how its records are asked for.</summary>
    public abstract Task<RecordRequests> MakeStoreAsync(Uri origin, string name, CancellationToken cancel);

    protected static async Task SendAsync(HttpMethod method, Uri url, IEnumerable<(string Name, string Value)> headers, CancellationToken cancel)
    {
        using var http = new HttpClient(new SocketsHttpHandler { UseProxy = false });
        using var request = new HttpRequestMessage(method, url);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(request, cancel);
        if (!response.IsSuccessStatusCode)
            throw new BenchmarkException($"{url.AbsolutePath} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancel)}");
    }
}
