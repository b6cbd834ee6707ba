using System.IO.Compression;
using System.Net.Http.Headers;
using KvsRecords.Server.Http;
using KvsRecords.Server.Settings;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serilog;

namespace KvsRecords.Server.Tests;

/// <summary>The whole server in this process, on real Kestrel and a port of its own, with its settings read as from a command line.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    public const string DevelopmentToken = "apify_api_dev";

    private readonly WebApplication _app;
    private readonly Listener _listener;

    private RunningServer(WebApplication app, Listener listener)
    {
        _app = app;
        _listener = listener;
        Client = new HttpClient { BaseAddress = Address };
    }

    public Uri Address => new($"http://127.0.0.1:{_listener.Endpoints[0].Port}");

    /// <summary>Every address that it listens on, also those that a test added.</summary>
    public IEnumerable<Uri> Addresses => _app.Urls.Select(url => new Uri(url));

    public HttpClient Client { get; }

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
        params (Setting Setting, string Value)[] flags)
    {
        var options = ReadOptions(folder, configuration, rateLimit, flags);
        var problems = new Problems();
        var listener = Listener.Bind(options, problems);
        Assert.Empty(problems.Messages);
        var app = KvsRecordsHost.Build(options, listener, builder =>
        {
            // What it logs is looked at in a process of its own; here it would only fill the screen.
            builder.Services.AddSerilog(new LoggerConfiguration().CreateLogger());
            if (stores is not null)
                builder.Services.Replace(ServiceDescriptor.Singleton(stores));
            change?.Invoke(builder);
        });
        await app.StartAsync();
        return new RunningServer(app, listener);
    }

    public static ServerOptions ReadOptions(
        StorageFolder folder, string? configuration = null, string rateLimit = "off", params (Setting Setting, string Value)[] flags)
    {
        var all = flags.ToDictionary(flag => flag.Setting, flag => flag.Value);
        all.TryAdd(Setting.Storage, folder.Path);
        all.TryAdd(Setting.Port, "0");
        all.TryAdd(Setting.RateLimit, rateLimit);
        all.TryAdd(Setting.LogLevel, "error");
        if (configuration is not null)
        {
            var file = Path.Join(folder.Path, "kvs-records.json");
            File.WriteAllText(file, configuration);
            all.TryAdd(Setting.Config, file);
        }

        var problems = new Problems();
        var nothing = new Dictionary<string, string>();
        var values = SettingValues.Collect(all, nothing, folder.Path, problems);
        var options = new OptionsReader(values, nothing, folder.Path, problems).Read();
        Assert.Empty(problems.Messages);
        return options;
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

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.DisposeAsync();
        _listener.Dispose();
    }
}
