using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>Crawlee for Python, crawlee-storage, Crawlee JS v4: a file named after the percent-encoded key, and a sidecar.</summary>
public sealed class EncodedKeyLayoutTests : IDisposable
{
    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public EncodedKeyLayoutTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    [Theory]
    [InlineData("it%27s_%28fine%29%21", "it's_(fine)!")]
    [InlineData("my-prefix%2Fa.json", "my-prefix/a.json")]
    [InlineData("my-prefix%2fa.json", "my-prefix/a.json")]
    [InlineData("100%25", "100%")]
    [InlineData("%2541", "%41")]
    [InlineData("%F0%9F%98%80", "😀")]
    [InlineData("%EF%BF%BD", "\uFFFD")]
    [InlineData("a%20b", "a b")]
    [InlineData("not encoded, é", "not encoded, é")]
    [InlineData("a.json", "a.json")]
    [InlineData(".hidden", ".hidden")]
    [InlineData("a.b.tmp", "a.b.tmp")]
    [InlineData("~-._", "~-._")]
    public async Task A_key_is_the_decoded_name_of_its_file(string fileName, string key)
    {
        _store.Write(fileName, "of the key");
        _store.WriteSidecar(fileName);

        Assert.Equal(new() { [key] = "of the key" }, await _store.RecordsAsync());
        Assert.Equal(0, _storage.Events.Count);
    }

    [Theory]
    [InlineData("""{"key": "a", "content_type": "text/plain; charset=utf-8", "size": 5}""", "a")]
    [InlineData("""{"key": "a", "contentType": "text/plain; charset=utf-8", "size": 5}""", "a")]
    [InlineData("""{"key": "another", "size": -1}""", "another")]
    [InlineData("{}", "a.json")]
    [InlineData("""{"key": ""}""", "a.json")]
    [InlineData("""{"key": 7}""", "a.json")]
    [InlineData("[]", "a.json")]
    [InlineData("""{"key": "a", "conte""", "a.json")]
    [InlineData("", "a.json")]
    public async Task A_sidecar_makes_a_record_in_either_spelling_and_however_damaged(string sidecar, string key)
    {
        _store.Write("a.json");
        _store.WriteSidecar("a.json", sidecar);

        Assert.Equal([key], await _store.KeysAsync());
    }

    [Fact]
    public async Task A_file_without_a_sidecar_is_no_record()
    {
        _store.WriteEncoded("a");
        _store.Write("b.json");

        Assert.Equal(["a"], await _store.KeysAsync());
    }

    [Fact]
    public async Task A_sidecar_without_a_file_is_no_record()
    {
        _store.WriteEncoded("a");
        _store.WriteSidecar("b");

        Assert.Equal(["a"], (await _store.RecordsAsync()).Keys);
    }

    [Fact]
    public async Task A_key_that_ends_like_a_sidecar_is_a_record()
    {
        _store.WriteEncoded("a.__metadata__.json", "odd");

        Assert.Equal(new() { ["a.__metadata__.json"] = "odd" }, await _store.RecordsAsync());
    }

    [Fact]
    public async Task An_empty_file_is_a_record()
    {
        _store.WriteEncoded("null", "");

        Assert.Equal(new() { ["null"] = "" }, await _store.RecordsAsync());
    }

    [Theory]
    [InlineData("%")]
    [InlineData("100%")]
    [InlineData("a%2")]
    [InlineData("a%zzb")]
    [InlineData("% 41")]
    [InlineData("%+1")]
    [InlineData("%FF")]
    [InlineData("%C3")]
    [InlineData("%C0%AE")]
    [InlineData("%ED%A0%80")]
    public async Task A_name_that_is_no_percent_encoding_of_text_is_the_key_where_its_sidecar_says_none(string fileName)
    {
        _store.WriteEncoded("a");
        _store.Write(fileName);
        _store.WriteSidecar(fileName, "{}");

        Assert.Equal(new[] { "a", fileName }.Order(StringComparer.Ordinal), await _store.KeysAsync());
    }

    [Theory]
    [InlineData("../etc/passwd")]
    [InlineData("a/../../b")]
    [InlineData("./a")]
    [InlineData("/etc/passwd")]
    [InlineData("a//b")]
    [InlineData("a/")]
    [InlineData("..\\a")]
    [InlineData("C:a")]
    [InlineData("a\0b")]
    [InlineData("a\r\nb")]
    [InlineData("\u009B31m")]
    public async Task A_key_that_would_escape_on_extraction_is_left_out_with_a_warning_that_names_the_file(string key)
    {
        _store.WriteEncoded("a");
        var path = _store.WriteEncoded(key);

        Assert.Equal(["a"], await _store.KeysAsync());
        var (leftOut, reason) = Assert.Single(_storage.Events.LeftOut);
        Assert.Equal(path, leftOut);
        Assert.StartsWith("would not be safe to unpack: its key ", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_layout_is_recognised_for_each_store_by_itself()
    {
        var another = _storage.Store("another");
        _store.WriteEncoded("a.json");
        another.Write("a.json");

        Assert.Equal(["a.json"], await _store.KeysAsync());
        Assert.Equal(["a"], await another.KeysAsync());
    }
}
