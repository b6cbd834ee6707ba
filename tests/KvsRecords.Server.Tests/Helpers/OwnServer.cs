using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Archives;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace KvsRecords.Server.Tests;

/// <summary>A server with a store of its own, and the ways in which tests speak to it.</summary>
internal sealed class OwnServer : IAsyncDisposable
{
    private readonly RunningServer _server;

    private OwnServer(RunningServer server) => _server = server;

    public HttpClient Client => _server.Client;

    public Uri Address => _server.Address;

    public ArchiveCache Archives => _server.Services.GetRequiredService<ArchiveCache>();

    /// <summary>Where the storage keeps everything.</summary>
    public string DataFolder => _server.Folder;

    /// <summary>The connection of the database that keeps it, in place of that folder.</summary>
    public string? Database => (_server.Services.GetRequiredService<ServerOptions>().Storage as StorageChoice.Database)?.Connection.Text;

    public static async Task<OwnServer> StartAsync(
        string? configuration = null,
        string rateLimit = "off",
        Action<WebApplicationBuilder>? change = null,
        params (Setting Setting, string Value)[] flags) =>
        new(await RunningServer.StartOwnAsync(configuration, rateLimit, change, flags));

    /// <summary>Asks with the development token, or with another, or ("") without one.</summary>
    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string pathAndQuery, HttpContent? content = null, string token = RunningServer.DevelopmentToken,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, pathAndQuery) { Content = content };
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    public Task<HttpResponseMessage> GetAsync(string pathAndQuery, string token = RunningServer.DevelopmentToken) =>
        SendAsync(HttpMethod.Get, pathAndQuery, token: token);

    /// <summary>The <c>data</c> of an answer with this status.</summary>
    public async Task<JsonElement> DataAsync(
        HttpMethod method, string pathAndQuery, int status = 200, string? json = null, string token = RunningServer.DevelopmentToken)
    {
        using var response = await SendAsync(method, pathAndQuery, json is null ? null : Json(json), token);
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(status == (int)response.StatusCode, $"{(int)response.StatusCode} {body}");
        using var document = JsonDocument.Parse(body);
        Assert.Equal(["data"], document.RootElement.EnumerateObject().Select(member => member.Name));
        return document.RootElement.GetProperty("data").Clone();
    }

    /// <summary>Makes a store; the answer is its path.</summary>
    public async Task<string> CreateAsync(string? name = "my-store", string? schema = null, string token = RunningServer.DevelopmentToken)
    {
        var query = name is null ? "" : $"?name={name}";
        var store = await DataAsync(
            HttpMethod.Post, $"/v2/key-value-stores{query}", 201, schema is null ? null : $"{{\"schema\":{schema}}}", token);
        return $"/v2/key-value-stores/{store.GetProperty("id").GetString()}";
    }

    public async Task PutAsync(string store, string key, string value, string contentType = "text/plain; charset=utf-8")
    {
        using var response = await SendAsync(HttpMethod.Put, $"{store}/records/{Uri.EscapeDataString(key)}", Body(Encoding.UTF8.GetBytes(value), contentType));
        Assert.Equal(201, (int)response.StatusCode);
    }

    /// <summary>Counts the bodies that are files; in a database those that no record has or had, since it keeps dead ones for a while.</summary>
    public async Task<long> CountBodiesAsync() => Database is null
        ? Directory.EnumerateFiles(Path.Join(DataFolder, "bodies")).LongCount()
        : (long)(await Databases.AskAsync(Database, "select count(*) from objects where state = 0"))!;

    public static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    public static ByteArrayContent Body(byte[] body, string? contentType, string? encoding = null)
    {
        var content = new ByteArrayContent(body);
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        if (encoding is not null)
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return content;
    }

    /// <summary>Makes everything as it was at the start.</summary>
    public Task ResetAsync() => _server.ResetAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
