using System.Text;
using System.Text.Json;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>Answers that a browser could run are in a sandbox, whatever says what they are. <c>.ci/browser</c> opens them in a browser.</summary>
public sealed class SandboxTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Page = "<!doctype html><script>alert(1)</script>";

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    /// <summary>Headers that are exactly one type that cannot run a script.</summary>
    public static TheoryData<string> Harmless =>
    [
        "image/png", "IMAGE/PNG", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/x-icon", "audio/mpeg", "audio/wav", "video/mp4",
        "video/webm", "application/pdf", "text/plain", "text/plain; charset=utf-8", "text/plain;charset=UTF-8", "text/plain;charset=utf-7",
        "Text/Plain ; Charset=iso-8859-1", "application/json", "application/json; charset=utf-8",
    ];

    /// <summary>Headers that are something else, or that a browser could read as something else.</summary>
    public static TheoryData<string> Odd =>
    [
        "image/png;,text/html", "image/png,text/html", "image/png, text/html", "text/html,image/png", "image/png;text/html", "image/png;;charset=utf-8",
        "image/png; charset=utf-8,text/html", "image/png; charset=\"utf-8\"", "image/png; charset=utf-8; charset=utf-16", "image/png; a=b", "image/png;",
        "image/png; charset=", "image/png; charset", "image/png charset=utf-8", "image/png; charset = utf-8", "image/ png", "image /png", "image/png/html",
        "image/png\\", "image/png(text/html)", "\"image/png\"", "image/*", "*/*", "image", "image/", "/png", "png", ";", ",", "text/html", "Text/HTML; charset=utf-8",
        "text/html;charset=image/png", "image/svg+xml", "IMAGE/SVG+XML", "image/svg", "image/svg+xml; charset=utf-8", "text/xml", "application/xml",
        "application/xhtml+xml", "application/rss+xml", "audio/x+xml", "video/x+xml", "image/x+xml", "application/mathml+xml", "text/css",
        "text/javascript", "application/javascript", "application/ecmascript", "module", "text/x-unknown", "unknown/unknown", "application/unknown",
        "application/octet-stream", "multipart/x-mixed-replace;boundary=x", "multipart/related", "message/rfc822", "application/x-shockwave-flash",
        "application/zip", "text/cache-manifest", "application/manifest+json", "application/json+html", "application/jsonp", "text/vtt", "text/xsl",
        "application/x-www-form-urlencoded", "application/pdf,text/html", "text/plain,text/html", "application/json;text/html",
    ];

    [Theory]
    [MemberData(nameof(Harmless))]
    public async Task A_type_that_cannot_run_a_script_is_shown_as_it_is(string contentType) =>
        Assert.False(await IsSandboxedAsync(contentType));

    [Theory]
    [MemberData(nameof(Odd))]
    public async Task Any_other_header_is_in_a_sandbox(string contentType) => Assert.True(await IsSandboxedAsync(contentType));

    // What no client can send, and the file of a crawler may have.
    [Theory]
    [InlineData("image/png\\t")]
    [InlineData("image/png;\\tcharset=utf-8")]
    [InlineData("image/png\\n")]
    [InlineData("image/png\\r\\nContent-Type: text/html")]
    [InlineData("image/p\\u006Eg,text/html")]
    [InlineData("image/png;\\u00a0")]
    [InlineData("image/\\uff50ng")]
    [InlineData("\\ufeffimage/png")]
    [InlineData("image/png;,text/html")]
    [InlineData("text/html")]
    [InlineData("")]
    [InlineData(" ")]
    public async Task A_header_from_a_sidecar_is_in_a_sandbox_too(string contentType)
    {
        using var folder = new StorageFolder();
        folder.Add("s", "a", Encoding.UTF8.GetBytes(Page));
        folder.Add("s", "a.__metadata__.json", Encoding.UTF8.GetBytes($$"""{"key":"a","contentType":"{{contentType}}","size":{{Page.Length}}}"""));

        // Read live, and as a seed that is copied.
        foreach (var (setting, value) in ((Setting, string)[])[(Setting.Storage, folder.Path), (Setting.Seed, folder.Path)])
        {
            await using var server = await OwnServer.StartAsync(flags: (setting, value));
            using var response = await server.GetAsync("/v2/key-value-stores/dev~s/records/a");
            AssertSandboxed(response);
            Assert.Equal(Encoding.UTF8.GetBytes(Page), await response.Content.ReadAsByteArrayAsync(Running));
        }
    }

    [Theory]
    [InlineData("page.html", true)]
    [InlineData("page.htm", true)]
    [InlineData("feed.xml", true)]
    [InlineData("picture.svg", true)]
    [InlineData("code.js", true)]
    [InlineData("page", false)]
    [InlineData("page.xhtml", true)]
    [InlineData("page.mhtml", true)]
    [InlineData("picture.png", false)]
    [InlineData("note.txt", false)]
    public async Task A_file_without_a_sidecar_is_in_a_sandbox_by_its_name_and_its_bytes(string file, bool isSandboxed)
    {
        using var folder = new StorageFolder();
        folder.Add("s", file, Encoding.UTF8.GetBytes(Page));
        await using var server = await RunningServer.StartAsync(folder);
        using var keys = JsonDocument.Parse(await (await server.GetAsync("/v2/key-value-stores/dev~s/keys")).Content.ReadAsStringAsync(Running));
        var key = keys.RootElement.GetProperty("data").GetProperty("items")[0].GetProperty("key").GetString();

        using var response = await server.GetAsync($"/v2/key-value-stores/dev~s/records/{key}");

        Assert.Equal(isSandboxed, IsSandboxed(response));
    }

    [Fact]
    public async Task Every_way_to_a_record_has_the_sandbox()
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", Page, "image/png;,text/html");
        (await Server.SendAsync(HttpMethod.Put, "/_emulator/runs/run1", OwnServer.Json($$"""{"defaultKeyValueStoreId":"{{store.Split('/')[^1]}}"}"""))).Dispose();
        using var first = await Server.GetAsync($"{store}/records/a");
        var tag = first.Headers.ETag!.Tag;
        var url = (await Server.DataAsync(HttpMethod.Get, $"{store}/keys")).GetProperty("items")[0].GetProperty("recordPublicUrl").GetString()!;

        foreach (var (method, path, headers) in ((string, string, (string, string)[])[])
        [
            ("GET", $"{store}/records/a", []),
            ("HEAD", $"{store}/records/a", []),
            ("GET", $"{store}/records/a?attachment=1", []),
            ("GET", $"{store}/records/a", [("Range", "bytes=0-9")]),
            ("GET", $"{store}/records/a", [("If-None-Match", tag)]),
            ("POST", $"{store}/records/a?method=GET", []),
            ("GET", url, []),
            ("GET", "/v2/actor-runs/run1/key-value-store/records/a", []),
            ("GET", $"{store}/records", []),
        ])
        {
            using var response = await Server.SendAsync(new HttpMethod(method), path, headers: headers);
            AssertSandboxed(response);
        }
    }

    [Theory]
    [InlineData("""{"delayMs":1}""")]
    [InlineData("""{"bytesPerSecond":100000}""")]
    [InlineData("""{"effect":"truncate","bytes":10}""")]
    [InlineData("""{"effect":"malformed-chunk","bytes":10}""")]
    public async Task A_fault_takes_no_sandbox_away(string fault)
    {
        var store = await Server.CreateAsync();
        await Server.PutAsync(store, "a", Page, "text/html");
        (await Server.SendAsync(HttpMethod.Put, "/_emulator/faults", OwnServer.Json($"[{fault}]"))).Dispose();

        using var response = await Server.GetAsync($"{store}/records/a");

        AssertSandboxed(response);
    }

    [Fact]
    public async Task What_the_server_says_itself_is_JSON_or_plain_text_that_nothing_sniffs()
    {
        var store = await Server.CreateAsync();
        (await Server.SendAsync(HttpMethod.Put, "/_emulator/faults", OwnServer.Json("""
            [{"key":"x","status":503,"type":"<script>","message":"<script>alert(1)</script>"}]
            """))).Dispose();

        foreach (var path in (string[])
        [
            store, $"{store}/keys", $"{store}/records/x", "/v2/key-value-stores", "/v2/users/me", "/openapi/v1.json", "/_emulator/health", "/_emulator/stores",
            "/_emulator/requests", "/<script>", "/v2/key-value-stores/<script>alert(1)</script>", $"{store}/keys?limit=<script>", $"{store}/records?collection=<script>",
        ])
        {
            using var response = await Server.GetAsync(path);
            Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
            Assert.True(BrowserSafety.IsHarmless(response.Content.Headers.ContentType?.ToString()), path);
            Assert.False(IsSandboxed(response));
        }
    }

    private async Task<bool> IsSandboxedAsync(string contentType)
    {
        var store = await Server.CreateAsync(name: null);
        await Server.PutAsync(store, "a", Page, contentType);

        using var response = await Server.GetAsync($"{store}/records/a");

        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.Equal(contentType, response.Content.Headers.NonValidated["Content-Type"].ToString());
        Assert.Equal(Encoding.UTF8.GetBytes(Page), await response.Content.ReadAsByteArrayAsync(Running));
        return IsSandboxed(response);
    }

    private static void AssertSandboxed(HttpResponseMessage response)
    {
        Assert.Equal("nosniff", response.Headers.GetValues("X-Content-Type-Options").Single());
        Assert.True(IsSandboxed(response), $"{response.RequestMessage!.Method} {response.RequestMessage.RequestUri}: {response.StatusCode}");
    }

    private static bool IsSandboxed(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Content-Security-Policy", out var policy) && policy.Single() == "sandbox";
}
