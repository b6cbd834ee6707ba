using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>The input of a crawler, which people write by hand and no layout gives a sidecar.</summary>
public sealed class InputTests : IDisposable
{
    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public InputTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    public static TheoryData<string> InputFiles => ["INPUT", "INPUT.json", "INPUT.txt", "INPUT.bin"];

    [Theory, MemberData(nameof(InputFiles))]
    public async Task An_input_is_a_record_in_a_store_of_encoded_keys(string fileName)
    {
        _store.WriteEncoded("a/b");
        _store.Write(fileName, "by hand");

        Assert.Equal(new() { ["INPUT"] = "by hand", ["a/b"] = "value" }, await _store.RecordsAsync());
    }

    [Theory, MemberData(nameof(InputFiles))]
    public async Task An_input_is_a_record_in_a_store_of_extensions(string fileName)
    {
        _store.Write("a.json");
        _store.Write(fileName, "by hand");

        Assert.Equal(new() { ["INPUT"] = "by hand", ["a"] = "value" }, await _store.RecordsAsync());
    }

    [Theory, MemberData(nameof(InputFiles))]
    public async Task An_input_is_a_record_in_a_store_that_has_nothing_else(string fileName)
    {
        _store.WriteMetadata("""{"id":"Xq3vR8tLmN2pKs7Yd","name":null,"accessed_at":"2026-11-20 09:15:42.123456+00:00"}""");
        _store.Write(fileName, "by hand");

        Assert.Equal(new() { ["INPUT"] = "by hand" }, await _store.RecordsAsync());
    }

    [Fact]
    public async Task An_input_with_a_sidecar_is_one_record()
    {
        _store.WriteEncoded("INPUT", "{}");

        Assert.Equal(new() { ["INPUT"] = "{}" }, await _store.RecordsAsync());
        Assert.Equal(0, _storage.Events.Count);
    }

    [Fact]
    public async Task A_key_that_only_looks_like_an_input_file_keeps_its_extension()
    {
        _store.WriteEncoded("INPUT.json", "{}");

        Assert.Equal(new() { ["INPUT.json"] = "{}" }, await _store.RecordsAsync());
    }

    [Fact]
    public async Task An_input_by_hand_stands_beside_a_key_that_only_looks_like_one()
    {
        _store.WriteEncoded("INPUT.json", "a record");
        _store.Write("INPUT.txt", "by hand");

        Assert.Equal(new() { ["INPUT"] = "by hand", ["INPUT.json"] = "a record" }, await _store.RecordsAsync());
    }

    [Theory]
    [InlineData("input.json")]
    [InlineData("INPUT.xml")]
    [InlineData("INPUT.")]
    [InlineData("INPUT.json.bak")]
    [InlineData("INPUT_SCHEMA.json")]
    public async Task Nothing_else_is_an_input(string fileName)
    {
        _store.WriteEncoded("a");
        _store.Write(fileName);

        Assert.Equal(["a"], await _store.KeysAsync());
    }

    [Fact]
    public async Task Of_an_input_of_the_crawler_and_a_newer_one_by_hand_the_newer_is_served_with_a_warning()
    {
        var old = _store.WriteEncoded("INPUT", "old", new DateTime(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        var byHand = _store.Write("INPUT.json", "by hand", new DateTime(2024, 1, 1, 0, 0, 1, DateTimeKind.Utc));

        Assert.Equal(new() { ["INPUT"] = "by hand" }, await _store.RecordsAsync());
        Assert.Equal(("INPUT", byHand, old), Assert.Single(_storage.Events.SameKey));
    }

    [Fact]
    public async Task An_input_by_hand_after_the_crawlers_was_deleted_is_served_without_a_warning()
    {
        _store.WriteSidecar("INPUT");
        _store.Write("INPUT.json", "by hand");

        Assert.Equal(new() { ["INPUT"] = "by hand" }, await _store.RecordsAsync());
        Assert.Equal(0, _storage.Events.Count);
    }
}
