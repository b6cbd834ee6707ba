using KvsRecords.Folder;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Archives;
using KvsRecords.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KvsRecords.Server.Tests;

/// <summary>A server over a live folder whose clock is ahead of the files, so that a file that was just written is settled.</summary>
internal sealed class LiveServer : IAsyncDisposable
{
    private readonly RunningServer _server;

    private LiveServer(RunningServer server) => _server = server;

    public Uri Address => _server.Address;

    public IServiceProvider Services => _server.Services;

    public ArchiveCache Archives => _server.Services.GetRequiredService<ArchiveCache>();

    public static async Task<LiveServer> StartAsync(StorageFolder folder, bool isSettled = true, params (Setting Setting, string Value)[] flags) =>
        new(await RunningServer.StartAsync(
            folder,
            change: builder => builder.Services.Replace(ServiceDescriptor.Singleton<IStoreReader>(provider => new FolderStorage(
                folder.Path,
                provider.GetRequiredService<ServerOptions>().Stores,
                provider.GetRequiredService<IFolderEvents>(),
                clock: isSettled ? new ClockAhead() : null))),
            flags: flags));

    /// <summary>Asks for an archive; nothing of its body has been read.</summary>
    /// <param name="method">GET or HEAD.</param>
    /// <param name="store">The name of the store, and a query where there is one.</param>
    /// <param name="headers">Further headers.</param>
    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string store, params (string Name, string Value)[] headers)
    {
        var (name, query) = store.Split('?') is [var first, var rest] ? (first, $"?{rest}") : (store, "");
        using var request = new HttpRequestMessage(method, $"/v2/key-value-stores/{name}/records{query}");
        request.Headers.Authorization = new("Bearer", RunningServer.DevelopmentToken);
        foreach (var (header, value) in headers)
            request.Headers.TryAddWithoutValidation(header, value);
        return await _server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>Downloads a whole archive, with its entity tag.</summary>
    public async Task<(byte[] Bytes, string? Tag)> DownloadAsync(string store)
    {
        using var response = await SendAsync(HttpMethod.Get, store);
        Assert.Equal(200, (int)response.StatusCode);
        return (await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken), response.Headers.ETag?.Tag);
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private sealed class ClockAhead : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + TimeSpan.FromSeconds(10);
    }
}
