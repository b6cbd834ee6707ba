using System.Text.Json;
using KvsRecords.StorageContract;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>Each program that writes such folders: a sidecar is the truth about its record, whichever program wrote the others.</summary>
public sealed class WritersTests : IDisposable
{
    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public WritersTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("shot", "png", "image/png", "shot.png")]
    [InlineData("page", "html", "text/html; charset=utf-8", "page.html")]
    [InlineData("post.1", "txt", "text/plain; charset=utf-8", "post.1.txt")]
    [InlineData("photo.jpg", "jpeg", "image/jpeg", "photo.jpg")]
    [InlineData("csv", "csv", "text/csv", "csv")]
    [InlineData("x.tar.gz", "gz", "application/gzip", "x.tar.gz")]
    public async Task Crawlee_JS_3_keeps_the_object_as_text_in_its_sidecars(string key, string extension, string contentType, string fileName)
    {
        _store.Write(fileName, "of the key");
        WriteJs3Sidecar(key, extension, contentType);

        await AssertRecordAsync(key, contentType, "of the key");
        Assert.Equal([key], await _store.KeysAsync());
    }

    [Fact]
    public async Task Crawlee_JS_3_5_and_3_18_may_have_written_the_same_key_and_the_newer_counts()
    {
        WriteJs3Sidecar("page.html", "html", "text/html");
        _store.Write("page.html.html", "by 3.5", new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _store.Write("page.html", "by 3.18");

        Assert.Equal(new() { ["page.html"] = "by 3.18" }, await _store.RecordsAsync());
        Assert.Single(_storage.Events.SameKey);
    }

    [Fact]
    public async Task Of_Crawlee_JS_3_5_a_key_that_ends_like_another_keys_file_keeps_its_own()
    {
        WriteJs3Sidecar("a.json", "json", "application/json");
        WriteJs3Sidecar("a", "json", "application/json");
        _store.Write("a.json.json", "of a.json", new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        _store.Write("a.json", "of a");

        Assert.Equal(new() { ["a"] = "of a", ["a.json"] = "of a.json" }, await _store.RecordsAsync());
    }

    [Fact]
    public async Task Crawlee_for_Python_0_calls_the_sidecar_after_the_file_and_the_key_is_in_it()
    {
        _store.Write("OUTPUT.json", "{}");
        _store.WriteSidecar("OUTPUT.json", """{"key":"OUTPUT","content_type":"application/json"}""");
        _store.Write("screenshot.png", "PNG");
        _store.WriteSidecar("screenshot.png", """{"key":"screenshot","content_type":"image/png"}""");

        Assert.Equal(new() { ["OUTPUT"] = "{}", ["screenshot"] = "PNG" }, await _store.RecordsAsync());
        await AssertRecordAsync("screenshot", "image/png", "PNG");
    }

    [Fact]
    public async Task The_Apify_SDK_for_Python_describes_the_input_that_it_finds()
    {
        _store.Write("INPUT.json", "{}");
        _store.WriteSidecar("INPUT.json", """{"key":"INPUT","content_type":"application/json; charset=utf-8","size":2}""");
        _store.WriteEncoded("STATS", "{}");

        Assert.Equal(["INPUT", "STATS"], await _store.KeysAsync());
    }

    [Fact]
    public async Task Crawlee_JS_4_and_the_Apify_CLI_name_the_file()
    {
        _store.Write("__CLI_INPUT.json", "of the CLI");
        _store.WriteSidecar("__CLI_INPUT", """{"key":"__CLI_INPUT","contentType":"application/json; charset=utf-8","filename":"__CLI_INPUT.json"}""");
        _store.Write("any name, é.dat", "of the other");
        _store.WriteSidecar("an%2Fother", """{"key":"an/other","contentType":"text/x","filename":"any name, é.dat"}""");

        Assert.Equal(new() { ["__CLI_INPUT"] = "of the CLI", ["an/other"] = "of the other" }, await _store.RecordsAsync());
        await AssertRecordAsync("an/other", "text/x", "of the other");
    }

    [Fact]
    public async Task The_CLIs_sidecar_of_the_input_hides_nothing_that_Crawlee_JS_3_writes_beside_it()
    {
        _store.Write("INPUT.json", "{}");
        _store.WriteSidecar("INPUT", """{"key":"INPUT","contentType":"application/json; charset=utf-8","size":2,"filename":"INPUT.json"}""");
        _store.Write("OUTPUT.json", "{}");
        _store.Write("SDK_CRAWLER_STATISTICS_0.json", "{}");

        Assert.Equal(["INPUT", "OUTPUT", "SDK_CRAWLER_STATISTICS_0"], await _store.KeysAsync());
        Assert.Empty(_storage.Events.NoRecords);
    }

    [Fact]
    public async Task Several_writers_may_share_a_store()
    {
        WriteJs3Sidecar("js3", "html", "text/html");
        _store.Write("js3.html", "1");
        _store.WriteEncoded("py/1", "2");
        _store.Write("py0.txt", "3");
        _store.WriteSidecar("py0.txt", """{"key":"py0","content_type":"text/plain"}""");
        _store.Write("bare.json", "4");

        Assert.Equal(new() { ["bare"] = "4", ["js3"] = "1", ["py/1"] = "2", ["py0"] = "3" }, await _store.RecordsAsync());
    }

    [Theory]
    [InlineData("../secret.json")]
    [InlineData("../../../outside/secret.json")]
    [InlineData("/etc/hostname")]
    [InlineData("folder/a")]
    [InlineData("..\\\\secret.json")]
    [InlineData("..")]
    [InlineData(".")]
    [InlineData("a\\u0000")]
    [InlineData("__metadata__.json")]
    [InlineData("b.__metadata__.json")]
    [InlineData("__CRAWLEE_TEMPORARY_a")]
    public async Task A_file_that_is_no_plain_name_in_the_folder_is_refused_and_said(string fileName)
    {
        File.WriteAllText(Path.Join(_storage.Stores, "secret.json"), "secret");
        _storage.WriteOutside("secret.json");
        Directory.CreateDirectory(_store.PathOf("folder"));
        _store.WriteEncoded("b");
        _store.WriteMetadata("{}");
        _store.Write("__CRAWLEE_TEMPORARY_a", "aside");
        _store.WriteSidecar("a", $$"""{"key":"a","contentType":"text/plain","filename":"{{fileName}}"}""");

        Assert.Equal(["b"], (await _store.RecordsAsync()).Keys);
        var (path, reason) = Assert.Single(_storage.Events.LeftOut);
        Assert.Equal(_store.PathOf("a.__metadata__.json"), path);
        Assert.StartsWith("names a file that is no plain name in its folder", reason, StringComparison.Ordinal);
        Assert.Contains("1 sidecar that names a file elsewhere (a.__metadata__.json)", Assert.Single(_storage.Events.NoRecords.Distinct()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_a_sidecar_names_and_that_is_a_link_outside_is_not_opened()
    {
        File.CreateSymbolicLink(_store.PathOf("link"), _storage.WriteOutside("secret.json"));
        _store.WriteSidecar("a", """{"key":"a","contentType":"text/plain","filename":"link"}""");
        _store.WriteEncoded("b");

        Assert.Equal(["b"], (await _store.RecordsAsync()).Keys);
        Assert.Equal(_store.PathOf("link"), Assert.Single(_storage.Events.LeftOut).Path);
    }

    [Theory]
    [InlineData("../a")]
    [InlineData("a\\\\b")]
    [InlineData("/")]
    [InlineData("C:a")]
    public async Task A_key_in_a_sidecar_that_would_escape_on_extraction_is_left_out_with_a_warning_that_names_the_file(string key)
    {
        var path = _store.Write("harmless.json");
        _store.WriteSidecar("harmless", $$"""{"key":"{{key}}","extension":"json"}""");

        Assert.Empty(await _store.KeysAsync());
        Assert.Equal(path, Assert.Single(_storage.Events.LeftOut).Path);
    }

    [Fact]
    public async Task A_sidecar_of_64_KiB_is_one_and_a_longer_one_is_none()
    {
        foreach (var (key, length) in new[] { ("just", 64 * 1024), ("longer", 64 * 1024 + 1) })
        {
            _store.Write($"{key}.json", "{}");
            _store.WriteSidecar($"{key}.json", Padded($$"""{"key":"{{key}} of the sidecar"}""", length));
        }

        _store.WriteEncoded("b");

        Assert.Equal(["b", "just of the sidecar"], await _store.KeysAsync());
        Assert.Equal(
            ["2 files of jane.doe~default are no records: 1 sidecar longer than 64 KiB (longer.json.__metadata__.json), 1 value without its sidecar (longer.json)"],
            _storage.Events.NoRecords);
    }

    [Fact]
    public async Task A_sidecar_may_begin_with_the_mark_that_editors_put_before_UTF_8()
    {
        _store.Write("a.json");
        _store.WriteSidecar("a.json", "\uFEFF" + """{"key":"a"}""");

        Assert.Equal(["a"], await _store.KeysAsync());
    }

    [Fact]
    public async Task Two_sidecars_may_name_one_file()
    {
        _store.Write("INPUT.json", "{}");
        _store.WriteSidecar("INPUT.json", """{"key":"INPUT","content_type":"application/json"}""");
        _store.WriteSidecar("INPUT", """{"key":"INPUT","contentType":"application/json","filename":"INPUT.json"}""");

        Assert.Equal(["INPUT"], await _store.KeysAsync());
        Assert.Equal((0, 0), (_storage.Events.Count, _storage.Events.NoRecords.Count));
    }

    [Fact]
    public async Task A_key_that_ends_like_a_sidecar_may_have_a_value_that_looks_like_one()
    {
        _store.WriteEncoded("k", "of k");
        _store.WriteEncoded("k.__metadata__.json", """{"key":"stolen"}""");
        File.Delete(_store.PathOf("k"));

        Assert.Equal(new() { ["k.__metadata__.json"] = """{"key":"stolen"}""" }, await _store.RecordsAsync());
    }

    private static string Padded(string json, int length) => json + new string(' ', length - json.Length);

    private void WriteJs3Sidecar(string key, string extension, string contentType) => _store.WriteSidecar(
        key, JsonSerializer.Serialize(JsonSerializer.Serialize(new { extension, key, contentType })));

    private async Task AssertRecordAsync(string key, string contentType, string value)
    {
        await using var content = await _store.OpenRecordAsync(key);
        Assert.NotNull(content);
        Assert.Equal(contentType, content.ContentType);
        Assert.Equal(value, System.Text.Encoding.UTF8.GetString(await content.ValueAsync(Running)));
    }
}
