using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>Two files of a store that mean the same key.</summary>
public sealed class SameKeyTests : IDisposable
{
    private static readonly DateTime Old = new(2024, 2, 29, 23, 59, 58, DateTimeKind.Utc);

    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public SameKeyTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    [Theory]
    [InlineData("a.json", "a.txt")]
    [InlineData("a.txt", "a.json")]
    [InlineData("a", "a.json")]
    [InlineData("a.json", "a")]
    [InlineData("a.", "a")]
    [InlineData("INPUT.bin", "INPUT.txt")]
    public async Task The_newer_of_two_extensions_is_the_record_and_a_warning_names_both(string older, string newer)
    {
        var hidden = _store.Write(older, "old", Old);
        var served = _store.Write(newer, "new", Old.AddTicks(1));

        var record = Assert.Single(await _store.RecordsAsync());
        Assert.Equal("new", record.Value);
        Assert.Equal((record.Key, served, hidden), Assert.Single(_storage.Events.SameKey));
    }

    [Theory]
    [InlineData("a%2Fb", "a%2fb", "a/b")]
    [InlineData("a%2fb", "a%2Fb", "a/b")]
    [InlineData("it's", "it%27s", "it's")]
    [InlineData("%61", "a", "a")]
    public async Task The_newer_of_two_encodings_is_the_record_and_a_warning_names_both(string older, string newer, string key)
    {
        var hidden = _store.Write(older, "old", Old);
        var served = _store.Write(newer, "new", Old.AddSeconds(1));
        _store.WriteSidecar(older);
        _store.WriteSidecar(newer);

        Assert.Equal(new() { [key] = "new" }, await _store.RecordsAsync());
        Assert.Equal((key, served, hidden), Assert.Single(_storage.Events.SameKey));
    }

    [Theory]
    [InlineData("a.txt", "a.json")]
    [InlineData("a.json", "a.txt")]
    public async Task Of_two_of_the_same_age_it_is_always_the_same_one(string first, string second)
    {
        _store.Write(first, first, Old);
        _store.Write(second, second, Old);

        Assert.Equal(new() { ["a"] = "a.json" }, await _store.RecordsAsync());
    }

    [Fact]
    public async Task Of_many_the_newest_is_the_record_and_each_other_is_named_once()
    {
        string[] extensions = ["json", "txt", "html", "bin", "png"];
        foreach (var (extension, age) in extensions.Zip([3, 1, 0, 4, 2]))
            _store.Write($"a.{extension}", extension, Old.AddSeconds(-age));
        _store.Write("b.json", "beside");

        Assert.Equal(new() { ["a"] = "html", ["b"] = "beside" }, await _store.RecordsAsync());
        Assert.Equal(4, _storage.Events.SameKey.Select(same => same.Hidden).Distinct().Count());
        Assert.DoesNotContain(_store.PathOf("a.html"), _storage.Events.SameKey.Select(same => same.Hidden));
    }

    [Fact]
    public async Task Keys_that_differ_only_in_case_or_in_composition_are_not_the_same()
    {
        foreach (var key in (string[])["a", "A", "é", "e\u0301"])
            _store.Write($"{key}.json", key);

        Assert.Equal(4, (await _store.RecordsAsync()).Count);
        Assert.Equal(0, _storage.Events.Count);
    }
}
