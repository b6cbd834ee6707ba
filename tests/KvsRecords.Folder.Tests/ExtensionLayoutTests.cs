using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>Crawlee JS v3, storage-local: the file is named after the key as it is, and an extension for the content type.</summary>
public sealed class ExtensionLayoutTests : IDisposable
{
    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public ExtensionLayoutTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    [Theory]
    [InlineData("OUTPUT.json", "OUTPUT")]
    [InlineData("odd!-_.'()key.bin", "odd!-_.'()key")]
    [InlineData("a.b.json", "a.b")]
    [InlineData("post.1.json", "post.1")]
    [InlineData("noextension", "noextension")]
    [InlineData("a.", "a")]
    [InlineData("a..json", "a.")]
    [InlineData(".hidden", ".hidden")]
    [InlineData(".hidden.json", ".hidden")]
    [InlineData(" .txt", " ")]
    [InlineData("100%.txt", "100%")]
    [InlineData("a%2Fb.json", "a%2Fb")]
    [InlineData("😀é.html", "😀é")]
    [InlineData("a.unknown", "a")]
    [InlineData("a.tmp", "a")]
    [InlineData("tmp.a.json", "tmp.a")]
    public async Task A_key_is_the_name_of_its_file_up_to_the_last_dot(string fileName, string key)
    {
        _store.Write(fileName, "of the key");

        Assert.Equal(new() { [key] = "of the key" }, await _store.RecordsAsync());
        Assert.Equal(0, _storage.Events.Count);
    }

    [Theory]
    [InlineData("a.json", "application/json; charset=utf-8")]
    [InlineData("a.JPEG", "image/jpeg")]
    [InlineData("a.html", "text/html; charset=utf-8")]
    [InlineData("a.bin", "application/octet-stream")]
    [InlineData("a.unknown", null)]
    [InlineData("a", "text/plain")]
    public async Task The_extension_tells_the_content_type(string fileName, string? contentType)
    {
        _store.Write(fileName);
        await using var snapshot = await _store.OpenSnapshotAsync();
        await using var content = await snapshot.OpenAsync(new RecordKey("a"), TestContext.Current.CancellationToken);

        Assert.Equal(contentType, content?.ContentType);
    }

    [Theory]
    [InlineData("a", "a", "text/plain")]
    [InlineData("a.", "a", null)]
    [InlineData("a.unknown", "a", null)]
    [InlineData("a.json", "a", "application/json; charset=utf-8")]
    [InlineData("csv", "csv", "text/csv; charset=utf-8")]
    [InlineData("xlsx", "xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    public async Task A_record_without_an_extension_is_text_or_what_its_whole_name_stands_for(string fileName, string key, string? contentType)
    {
        _store.Write(fileName);
        await using var content = await _store.OpenRecordAsync(key);

        Assert.Equal(contentType, content?.ContentType);
    }

    [Theory]
    [InlineData("{\"extension\":\"html\",\"contentType\":\"image/x\"}", "image/x")]
    [InlineData("{\"extension\":\"html\",\"contentType\":\"\"}", "text/html; charset=utf-8")]
    [InlineData("{\"extension\":\"html\",\"contentType\":7}", "text/html; charset=utf-8")]
    [InlineData("{\"extension\":\"html\",\"contentType\":\"\\ud800\"}", "text/html; charset=utf-8")]
    [InlineData("[]", "text/html; charset=utf-8")]
    [InlineData("{\"extension\"", "text/html; charset=utf-8")]
    public async Task A_sidecar_tells_the_content_type_of_a_record_if_it_can_be_read(string sidecar, string contentType)
    {
        _store.Write("a.html");
        _store.WriteSidecar("a", sidecar);
        _store.Write("other.json");
        _store.WriteSidecar("other", """{"extension":"json"}""");
        await using var content = await _store.OpenRecordAsync("a");

        Assert.Equal(contentType, content?.ContentType);
    }

    [Theory]
    [InlineData("post", "json", "post.json")]
    [InlineData("post.1", "json", "post.1.json")]
    [InlineData("a.json", "json", "a.json")]
    [InlineData("photo.jpg", "jpeg", "photo.jpg")]
    [InlineData("a.json", "txt", "a.json.txt")]
    [InlineData("100%", "bin", "100%.bin")]
    [InlineData(".hidden", "bin", ".hidden.bin")]
    public async Task With_a_sidecar_the_key_is_known_exactly(string key, string extension, string fileName)
    {
        _store.Write(fileName, "of the key");
        WriteSidecar(key, extension);

        Assert.Equal(new() { [key] = "of the key" }, await _store.RecordsAsync());
    }

    [Fact]
    public async Task A_key_and_the_same_key_with_an_extension_are_two_records()
    {
        _store.Write("a.json", "of a");
        WriteSidecar("a", "json");
        _store.Write("a.json.txt", "of a.json");
        WriteSidecar("a.json", "txt");

        Assert.Equal(new() { ["a"] = "of a", ["a.json"] = "of a.json" }, await _store.RecordsAsync());
    }

    [Fact]
    public async Task Beside_records_with_sidecars_those_without_are_records_too()
    {
        _store.Write("a.json");
        WriteSidecar("a", "json");
        _store.Write("b.json");

        Assert.Equal(["a", "b"], await _store.KeysAsync());
    }

    [Theory]
    [InlineData("")]
    [InlineData("""{"key": "z", "ext""")]
    [InlineData("[1]")]
    public async Task A_sidecar_that_is_being_written_does_not_change_the_layout(string halfWritten)
    {
        foreach (var key in (string[])["a", "m", "z"])
        {
            _store.Write($"{key}.json");
            WriteSidecar(key, "json");
        }

        foreach (var key in (string[])["b", "n", "0"])
        {
            _store.Write($"{key}.json");
            _store.WriteSidecar(key, halfWritten);
        }

        Assert.Equal(["0", "a", "b", "m", "n", "z"], await _store.KeysAsync());
    }

    [Fact]
    public async Task The_metadata_of_the_store_does_not_make_it_the_other_layout()
    {
        _store.WriteMetadata("""{"id":"d5fc1b5e-0f0a-4cf4-9d2e-d29ec8d3b1cf","name":"default","userId":"1"}""");
        _store.Write("a.json");

        Assert.Equal(["a"], await _store.KeysAsync());
    }

    [Theory]
    [InlineData("..json")]
    [InlineData("...json")]
    [InlineData("a\\b.json")]
    [InlineData("..\\..\\b.json")]
    [InlineData("C:a.json")]
    [InlineData("a\nb.json")]
    [InlineData("\u001B[31m.json")]
    public async Task A_key_that_would_escape_on_extraction_is_left_out_with_a_warning_that_names_the_file(string fileName)
    {
        _store.Write("a.json");
        var path = _store.Write(fileName);

        Assert.Equal(["a"], await _store.KeysAsync());
        Assert.Equal(path, Assert.Single(_storage.Events.LeftOut).Path);
    }

    [Fact]
    public async Task The_replacement_character_is_a_character_like_any_other()
    {
        _store.Write("\uFFFD.json", "can be opened");

        Assert.Equal(new() { ["\uFFFD"] = "can be opened" }, await _store.RecordsAsync());
    }

    private void WriteSidecar(string key, string extension) =>
        _store.WriteSidecar(key, $$"""{"key":"{{key}}","contentType":"application/json; charset=utf-8","extension":"{{extension}}"}""");
}
