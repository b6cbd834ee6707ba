using System.Security.Cryptography;
using CsCheck;
using KvsRecords.ArchiveReaders;
using KvsRecords.Server.Cli;
using KvsRecords.Server.Settings;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>What goes out by an export comes back by a seed, whatever its keys look like.</summary>
public sealed class ExportRoundTripTests
{
    private static readonly User Owner = new("KvsRecordsDevUser", "dev");

    // Among them what crawlers, desktops and this program keep for other things than records.
    private static readonly Gen<string> Key = Gen.OneOf(
        Gen.OneOf(
            "__metadata__.json", "a.__metadata__.json", ".tmp.x", "a.b.tmp", "__CRAWLEE_TEMPORARY_x", "__OLD_INPUT", ".DS_Store", "Thumbs.db",
            "INPUT", "INPUT.json", "a/b", "nul", ".hidden", "%41", "A"),
        Gen.OneOf("a", "A", "_", ".", "-", "~", "!", "'", "(", "%", " ", "é", "😀", "\uFFFF", ".json", ".tmp", ".zip", "/x").Array[1, 6].Select(string.Concat))
        .Where(key => new RecordKey(key).WhyUnsafeToUnpack() is null);

    private static readonly Gen<NewRecord> Record =
        from key in Key
        from contentType in Gen.OneOf("text/plain", "application/json; charset=utf-8", "Image/X-Odd; Q=\"ü\"", "application/octet-stream")
        from milliseconds in Gen.Long[315_532_800_000, 4_354_819_198_000]
        select new NewRecord(new RecordKey(key), contentType, DateTimeOffset.FromUnixTimeMilliseconds(milliseconds));

    private static readonly Gen<(NewRecord Record, byte[] Value)[]> Contents =
        Gen.Select(Record, Gen.OneOf(Gen.Byte.Array[0, 300], Gen.Int[16_000, 40_000].Select(length => new byte[length]))).Array[0, 12]
            .Select(records => records.DistinctBy(record => record.Item1.Key).ToArray());

    [Fact]
    public Task A_folder_gives_the_same_store_back() => Contents.SampleAsync(
        async contents =>
        {
            using var folder = new StorageFolder();
            var (before, records) = await FillAsync(folder, contents);

            await ExportAsync(folder, before.Id, "-o", Path.Join(folder.Path, "exported") + Path.DirectorySeparatorChar);

            await using var own = await OwnStores.OpenAsync(null, (Setting.Ephemeral, "true"), (Setting.Seed, Path.Join(folder.Path, "exported")));
            var after = Assert.Single(await own.Stores.ListAsync(default));
            Assert.Equal((before.Id, before.Name), (after.Id, after.Name));
            Assert.Equal(records, await own.Stores.RecordsAsync(after));
        },
        iter: 30,
        threads: 1);

    [Fact]
    public Task An_archive_gives_the_same_keys_and_bytes_back_and_times_to_two_seconds() => Contents.SampleAsync(
        async contents =>
        {
            using var folder = new StorageFolder();
            var (before, records) = await FillAsync(folder, contents);
            var archive = Path.Join(folder.Path, "again.zip");

            await ExportAsync(folder, before.Id, "-o", archive);

            await using var own = await OwnStores.OpenAsync(null, (Setting.Ephemeral, "true"), (Setting.Seed, archive));
            var again = await own.Stores.RecordsAsync("again");
            var known = records.Where(record => !IsOfAnotherProgram(record.Key)).ToList();
            Assert.Equal(known.Select(record => (record.Key, record.Value)), again.Select(record => (record.Key, record.Value)));
            Assert.All(known.Zip(again), pair => Assert.Equal(pair.First.Modified, pair.Second.Modified, TimeSpan.FromSeconds(2)));
        },
        iter: 30,
        threads: 1);

    [Fact]
    public Task Another_programs_reader_finds_in_an_exported_archive_what_was_stored() => Contents.SampleAsync(
        async contents =>
        {
            using var folder = new StorageFolder();
            var (before, records) = await FillAsync(folder, contents);
            var archive = Path.Join(folder.Path, "store.zip");

            await ExportAsync(folder, before.Id, "-o", archive);

            Required.Program("python3");
            var entries = await new PythonZipFile().ReadAsync(archive, TestContext.Current.CancellationToken);
            Assert.Equal(
                records.Select(record => (record.Key, Convert.ToHexStringLower(SHA256.HashData(Convert.FromHexString(record.Value))))),
                entries.Select(entry => (entry.Name, entry.Sha256)));
        },
        iter: 10,
        threads: 1);

    // In an archive nothing tells such a record from what macOS and Windows add.
    private static bool IsOfAnotherProgram(string key) =>
        key.Split('/')[^1] is ".DS_Store" or "Thumbs.db" || key.Split('/')[^1].StartsWith("._", StringComparison.Ordinal);

    private static async Task<(Store Store, List<StoredRecord> Records)> FillAsync(StorageFolder folder, (NewRecord Record, byte[] Value)[] contents)
    {
        await using var own = await OwnStores.OpenAsync(null, (Setting.Data, Path.Join(folder.Path, "data")));
        var store = (await own.Stores.GetOrCreateAsync(Owner, "The store", schema: null, default)).Store;
        foreach (var (record, value) in contents)
            await own.Stores.PutAsync(store, record, new MemoryStream(value), default);

        var records = await own.Stores.RecordsAsync(store);
        Assert.Equal(contents.Length, records.Count);
        return (store, records);
    }

    private static async Task ExportAsync(StorageFolder folder, params string[] arguments) =>
        Assert.Equal(0, await CommandLine.RunAsync(
            await Databases.InPlaceOfFoldersAsync(["export", "--data", Path.Join(folder.Path, "data"), .. arguments])));
}
