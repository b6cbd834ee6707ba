using System.Text;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>Metadata and sidecars are read up to 64 KiB, and longer ones are none.</summary>
public sealed class MetadataSizeTests : IDisposable
{
    private const int Largest = 64 * 1024;
    private const string TooLarge = "it is larger than 64 KiB, the most that is read of metadata";

    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public MetadataSizeTests() => _store = _storage.Store("default");

    public void Dispose() => _storage.Dispose();

    [Fact]
    public async Task Metadata_of_64_KiB_is_read_and_of_one_byte_more_is_none()
    {
        _store.WriteMetadata(Padded("""{"name":"of-metadata"}""", Largest));
        Assert.Equal("of-metadata", (await _store.FindAsync()).Name);
        Assert.Equal(0, _storage.Events.Count);

        _store.WriteMetadata(Padded("""{"name":"of-metadata"}""", Largest + 1));
        Assert.Equal("default", (await _store.FindAsync()).Name);
        Assert.Contains((_store.PathOf("__metadata__.json"), TooLarge), _storage.Events.UnreadableMetadata);
    }

    [Fact]
    public async Task Metadata_and_sidecars_of_3_GB_cost_no_memory()
    {
        _store.WriteEncoded("record");
        foreach (var name in new[] { "__metadata__.json", "record.__metadata__.json", "another.__metadata__.json" })
        {
            using var file = File.OpenWrite(_store.PathOf(name));
            file.SetLength(3_000_000_000);
        }

        var before = GC.GetTotalAllocatedBytes();
        await _store.FindAsync();
        await _store.RecordsAsync();

        Assert.InRange(GC.GetTotalAllocatedBytes() - before, 0, 4_000_000);
    }

    private static string Padded(string json, int size) => json + new string(' ', size - Encoding.UTF8.GetByteCount(json));
}
