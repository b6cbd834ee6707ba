using System.Text;
using System.Text.Json;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>
/// Folders with the very files that real crawlers leave, served as they are and loaded: every file is a record under its right key. Those
/// of @crawlee/memory-storage are written by it in the tests of clients.
/// </summary>
public sealed class FieldFolderTests
{
    private const string StoreMetadata =
        """{"id":"Ab3dE5gH7jK9mN1pQ","name":null,"accessed_at":"2026-01-19 11:14:35.677464+00:00","created_at":"2026-01-11 19:04:25.765716+00:00","modified_at":"2026-01-19 11:14:35.677464+00:00"}""";

    private static readonly Dictionary<string, (string Name, string Content)[]> Folders = new()
    {
        ["Crawlee JS 3.18 with sidecars"] =
        [
            ("__metadata__.json", "{\n\t\"id\": \"665b11b0-db41-4b8f-b482-79478e192e43\",\n\t\"name\": \"default\",\n\t\"accessedAt\": \"2026-01-19T11:14:35.677Z\",\n\t\"createdAt\": \"2026-01-11T19:04:25.765Z\",\n\t\"modifiedAt\": \"2026-01-19T11:14:35.677Z\",\n\t\"userId\": \"1\"\n}"),
            ("OUTPUT.json", "{\n  \"a\": 1\n}"),
            ("OUTPUT.__metadata__.json", """
                "{\"extension\":\"json\",\"key\":\"OUTPUT\",\"contentType\":\"application/json; charset=utf-8\"}"
                """),
            ("page.v2.html", "<h1>x</h1>"),
            ("page.v2.__metadata__.json", """
                "{\"extension\":\"html\",\"key\":\"page.v2\",\"contentType\":\"text/html; charset=utf-8\"}"
                """),
            ("shot.png", "PNG"),
            ("shot.png.__metadata__.json", """
                "{\"extension\":\"png\",\"key\":\"shot.png\",\"contentType\":\"image/png\"}"
                """),
        ],
        ["Crawlee for Python 0.6"] =
        [
            ("__metadata__.json", StoreMetadata),
            ("OUTPUT.json", "{}"),
            ("OUTPUT.json.__metadata__.json", "{\n  \"key\": \"OUTPUT\",\n  \"content_type\": \"application/json; charset=utf-8\"\n}"),
            ("screenshot.png", "PNG"),
            ("screenshot.png.__metadata__.json", "{\n  \"key\": \"screenshot\",\n  \"content_type\": \"image/png\"\n}"),
        ],
        ["Crawlee for Python 1.9"] =
        [
            ("__metadata__.json", StoreMetadata),
            ("a%2Fb", "<p>h</p>"),
            ("a%2Fb.__metadata__.json", "{\n  \"key\": \"a/b\",\n  \"content_type\": \"text/html; charset=utf-8\",\n  \"size\": 8\n}"),
            ("%F0%9F%98%80", ""),
            ("%F0%9F%98%80.__metadata__.json", "{\n  \"key\": \"😀\",\n  \"content_type\": \"application/x-none\",\n  \"size\": 0\n}"),
            ("x.json", "3.5"),
            ("x.json.__metadata__.json", "{\n  \"key\": \"x.json\",\n  \"content_type\": \"text/plain; charset=utf-8\",\n  \"size\": 3\n}"),
        ],
        ["the input of the Apify SDK for Python"] =
        [
            ("__metadata__.json", StoreMetadata),
            ("INPUT.json", "{}"),
            ("INPUT.json.__metadata__.json", "{\n  \"key\": \"INPUT\",\n  \"content_type\": \"application/json; charset=utf-8\",\n  \"size\": 2\n}"),
            ("STATS", "{\"pages\":3}"),
            ("STATS.__metadata__.json", """{"key":"STATS","content_type":"application/json; charset=utf-8","size":11}"""),
        ],
        ["Crawlee JS 4 and the Apify CLI"] =
        [
            ("__metadata__.json", StoreMetadata),
            ("INPUT.json", "{}"),
            ("INPUT.__metadata__.json", """{"key":"INPUT","contentType":"application/json; charset=utf-8","size":2,"filename":"INPUT.json"}"""),
            ("__CLI_INPUT.json", "[]"),
            ("__CLI_INPUT.__metadata__.json", """{"key":"__CLI_INPUT","contentType":"application/json; charset=utf-8","size":2,"filename":"__CLI_INPUT.json"}"""),
            ("OUTPUT", "{\"c\":3}"),
            ("OUTPUT.__metadata__.json", """{"key":"OUTPUT","contentType":"application/json; charset=utf-8","size":7}"""),
        ],
        ["the Apify CLI beside Crawlee JS 3 without sidecars"] =
        [
            ("INPUT.json", "{}"),
            ("INPUT.__metadata__.json", """{"key":"INPUT","contentType":"application/json; charset=utf-8","size":2,"filename":"INPUT.json"}"""),
            ("OUTPUT.json", "{}"),
            ("csv", "a,b"),
        ],
    };

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Crawlee JS 3.18 with sidecars", "OUTPUT application/json; charset=utf-8 12", "page.v2 text/html; charset=utf-8 10", "shot.png image/png 3")]
    [InlineData("Crawlee for Python 0.6", "OUTPUT application/json; charset=utf-8 2", "screenshot image/png 3")]
    [InlineData("Crawlee for Python 1.9", "a/b text/html; charset=utf-8 8", "x.json text/plain; charset=utf-8 3", "😀 application/x-none 0")]
    [InlineData("the input of the Apify SDK for Python", "INPUT application/json; charset=utf-8 2", "STATS application/json; charset=utf-8 11")]
    [InlineData("Crawlee JS 4 and the Apify CLI",
        "INPUT application/json; charset=utf-8 2", "OUTPUT application/json; charset=utf-8 7", "__CLI_INPUT application/json; charset=utf-8 2")]
    [InlineData("the Apify CLI beside Crawlee JS 3 without sidecars",
        "INPUT application/json; charset=utf-8 2", "OUTPUT application/json; charset=utf-8 2", "csv text/csv; charset=utf-8 3")]
    public async Task Every_record_is_there_with_its_key_content_type_and_bytes(string writer, params string[] expected)
    {
        using var folder = new StorageFolder();
        foreach (var (name, content) in Folders[writer])
            folder.Add("default", name, Encoding.UTF8.GetBytes(content));
        await using var live = await RunningServer.StartAsync(folder);
        await using var loaded = await RunningServer.StartOwnAsync(flags: [(Setting.Seed, folder.Path)]);

        foreach (var server in (RunningServer[])[live, loaded])
        {
            Assert.Equal(expected, await RecordsAsync(server));
            Assert.Equal(expected.Select(record => record.Split(' ')[0]), (await server.DownloadAsync("/v2/key-value-stores/dev~default/records")).Keys);
        }
    }

    [Theory]
    [InlineData("Crawlee JS 3.18 with sidecars")]
    [InlineData("Crawlee for Python 1.9")]
    public async Task A_stores_times_are_those_of_its_metadata(string writer)
    {
        using var folder = new StorageFolder();
        foreach (var (name, content) in Folders[writer])
            folder.Add("default", name, Encoding.UTF8.GetBytes(content));
        await using var server = await RunningServer.StartAsync(folder);

        using var response = await server.GetAsync("/v2/key-value-stores/dev~default");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Running));

        var store = json.RootElement.GetProperty("data");
        Assert.Equal("2026-01-11T19:04:25.765Z", store.GetProperty("createdAt").GetString());
        Assert.Equal("2026-01-19T11:14:35.677Z", store.GetProperty("modifiedAt").GetString());
        Assert.Equal("2026-01-19T11:14:35.677Z", store.GetProperty("accessedAt").GetString());
    }

    private static async Task<List<string>> RecordsAsync(RunningServer server)
    {
        using var response = await server.GetAsync("/v2/key-value-stores/dev~default/keys");
        using var page = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Running));
        var records = new List<string>();
        foreach (var item in page.RootElement.GetProperty("data").GetProperty("items").EnumerateArray())
        {
            var key = item.GetProperty("key").GetString()!;
            using var record = await server.GetAsync($"/v2/key-value-stores/dev~default/records/{Uri.EscapeDataString(key)}");
            Assert.Equal(200, (int)record.StatusCode);
            var bytes = await record.Content.ReadAsByteArrayAsync(Running);
            Assert.Equal(item.GetProperty("size").GetInt64(), bytes.Length);
            records.Add($"{key} {record.Content.Headers.ContentType} {bytes.Length}");
        }

        return records;
    }
}
