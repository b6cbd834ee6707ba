using System.IO.Compression;
using System.Net.Http.Headers;
using KvsRecords.Managed;
using KvsRecords.Server.Emulator;
using KvsRecords.Server.Hosting;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KvsRecords.Server.Tests;

/// <summary>The whole server in this process, on real Kestrel and a port of its own, with its settings read as from a command line.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string DevelopmentToken = Captured.DevelopmentToken;

    private static readonly Setting[] StorageChoices = [Setting.Data, Setting.Storage, Setting.Ephemeral, Setting.Database];

    private readonly WebApplication _app;
    private readonly Listener _listener;
    private readonly OwnStorage? _own;

    private RunningServer(WebApplication app, Listener listener, OwnStorage? own)
    {
        _app = app;
        _listener = listener;
        _own = own;
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address => new($"http://127.0.0.1:{_listener.Endpoints[0].Port}");

    /// <summary>Every address that it listens on, also those that a test added.</summary>
    public IEnumerable<Uri> Addresses => _app.Urls.Select(url => new Uri(url));

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>The stores themselves, past the API, where they are its own.</summary>
    public IManagedStores Stores => _own!.Stores;

    /// <summary>Where its own stores are kept.</summary>
    public string Folder => _own!.Folder!;

    /// <param name="folder">What is served.</param>
    /// <param name="configuration">A configuration file's text.</param>
    /// <param name="rateLimit">Off, so that only the tests of it meet it.</param>
    /// <param name="stores">What is served in place of the folder.</param>
    /// <param name="change">Changes to the host, before it is built.</param>
    /// <param name="flags">Further flags.</param>
    public static async Task<RunningServer> StartAsync(
        StorageFolder folder,
        string? configuration = null,
        string rateLimit = "off",
        IStoreReader? stores = null,
        Action<WebApplicationBuilder>? change = null,
        params (Setting Setting, string Value)[] flags) =>
        await StartAsync(ReadOptions(folder, configuration, rateLimit, flags), stores, change);

    /// <summary>The same with stores of its own, which go with it; or with those that the flags name.</summary>
    public static async Task<RunningServer> StartOwnAsync(
        string? configuration = null,
        string rateLimit = "off",
        Action<WebApplicationBuilder>? change = null,
        params (Setting Setting, string Value)[] flags)
    {
        using var folder = new StorageFolder();
        if (flags.All(flag => !StorageChoices.Contains(flag.Setting)))
            flags = [.. flags, (Setting.Ephemeral, "true")];
        var options = ReadOptions(folder, configuration, rateLimit, await Databases.InPlaceOfFoldersAsync(flags));
        return await StartAsync(options, stores: null, change);
    }

    public static ServerOptions ReadOptions(
        StorageFolder folder, string? configuration = null, string rateLimit = "off", params (Setting Setting, string Value)[] flags)
    {
        var all = flags.ToList();
        if (all.All(flag => !StorageChoices.Contains(flag.Setting)))
            all.Add((Setting.Storage, folder.Path));
        foreach (var usual in new (Setting, string)[] { (Setting.Port, "0"), (Setting.RateLimit, rateLimit), (Setting.LogLevel, "error") })
        {
            if (all.All(flag => flag.Setting != usual.Item1))
                all.Add(usual);
        }

        if (configuration is not null)
        {
            Captured.Secret(SecretsOf.Configuration(configuration));
            var file = Path.Join(folder.Path, "kvs-records.json");
            File.WriteAllText(file, configuration);
            all.Add((Setting.Config, file));
        }

        var problems = new Problems();
        var values = SettingValues.Collect(
            all.ToLookup(flag => flag.Setting, flag => flag.Value), new Dictionary<string, string>(), folder.Path, problems);
        var options = ServerOptions.Read(values);
        Assert.Empty(problems.Messages);
        return options;
    }

    private static async Task<RunningServer> StartAsync(ServerOptions options, IStoreReader? stores, Action<WebApplicationBuilder>? change)
    {
        var problems = new Problems();
        var listener = Listener.Bind(options, problems);
        Assert.Empty(problems.Messages);
        var own = await OwnStorage.OpenAsync(options, TestContext.Current.CancellationToken);
        await (own?.PrepareAsync(options, reporter: null, TestContext.Current.CancellationToken) ?? Task.CompletedTask);
        var app = KvsRecordsHost.Build(options, listener, own, builder =>
        {
            CapturedServer.Watch(builder);
            if (stores is not null)
                builder.Services.Replace(ServiceDescriptor.Singleton(stores));
            change?.Invoke(builder);
        });
        await app.StartAsync();
        return new RunningServer(app, listener, own);
    }

    /// <summary>Asks with the development token, or with another, or (null) without one.</summary>
    public async Task<HttpResponseMessage> GetAsync(string pathAndQuery, string? token = DevelopmentToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, pathAndQuery);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return await Client.SendAsync(request);
    }

    /// <summary>The keys and contents of an archive that must be answered with 200.</summary>
    public async Task<Dictionary<string, byte[]>> DownloadAsync(string pathAndQuery, string? token = DevelopmentToken)
    {
        using var response = await GetAsync(pathAndQuery, token);
        Assert.Equal(200, (int)response.StatusCode);
        return await ReadArchiveAsync(response);
    }

    public static async Task<Dictionary<string, byte[]>> ReadArchiveAsync(HttpResponseMessage response)
    {
        using var zip = new ZipArchive(await response.Content.ReadAsStreamAsync());
        var records = new Dictionary<string, byte[]>();
        foreach (var entry in zip.Entries)
        {
            using var content = new MemoryStream();
            using (var body = entry.Open())
                await body.CopyToAsync(content);
            records.Add(entry.FullName, content.ToArray());
        }

        return records;
    }

    /// <summary>Makes everything as it was at the start.</summary>
    public async Task ResetAsync()
    {
        await CaptureAsync();
        Assert.Null(await Services.GetRequiredService<StoreReset>().ResetAsync(TestContext.Current.CancellationToken));
    }

    private async Task CaptureAsync()
    {
        CapturedServer.TakeRequests(Services);
        foreach (var store in _own is null || !Captured.SigningKeysAreSecrets ? [] : await _own.Stores.ListAsync(CancellationToken.None))
            Captured.Secret(SecretsOf.Store(store));
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await CaptureAsync();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _listener.Dispose();
        if (_own is not null)
            await _own.DisposeAsync();
    }
}
