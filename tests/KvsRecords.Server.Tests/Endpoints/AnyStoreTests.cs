using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using CsCheck;
using KvsRecords.ArchiveReaders;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>Whatever is in a store and whatever is asked for, independent readers find exactly that in the archive.</summary>
public sealed class AnyStoreTests
{
    private static readonly User Owner = new("KvsRecordsDevUser", "dev");

    private static readonly Gen<string> AnyKey = Gen.OneOf(
            "a", "A", "b", "k-", "0", ".", "!", "(1)", "é", "e\u0301", "\uE000", "\uFFFF", "😀", "z/z", ".json", " ")
        .Array[1, 5].Select(string.Concat).Where(key => new RecordKey(key).WhyUnsafeToUnpack() is null);

    // Around the length from which on a body has a file; half of them can be deflated.
    private static readonly Gen<byte[]> AnyValue = Gen.Select(
        Gen.OneOf(Gen.Int[0, 3], Gen.Int[100, 2_000], Gen.Int[16_382, 16_386], Gen.Int[20_000, 90_000]), Gen.Int.NonNegative, Value);

    private static readonly Gen<Question> AnyQuestion = Gen.Select(
        Gen.Select(AnyKey, AnyValue).Array[0, 20], AnyKey, AnyKey, Gen.Int[0, 3], Gen.Int.NonNegative, Ask);

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Independent_readers_find_what_was_asked_for_and_it_is_the_same_on_every_request()
    {
        Required.Program("python3");
        using var folder = new StorageFolder();
        await using var server = await RunningServer.StartOwnAsync();
        var asked = new List<(string Path, Question Question)>();
        await AnyQuestion.SampleAsync(
            async question =>
            {
                var bytes = await DownloadAsync(server, question, asked.Count);
                Assert.Equal(question.Expected, ReadByDotNet(bytes));
                var path = Path.Join(folder.Path, $"{asked.Count}.zip");
                await File.WriteAllBytesAsync(path, bytes, Running);
                asked.Add((path, question));
            },
            iter: 100,
            threads: 1);

        var byPython = await new PythonZipFile().ReadManyAsync([.. asked.Select(each => each.Path)], Running);
        Assert.All(asked.Zip(byPython), each => Assert.Equal(
            each.First.Question.Expected, each.Second.Select(entry => (entry.Name, entry.Sha256.ToUpperInvariant()))));
        Assert.Contains(asked, each => each.Question.Expected.Count is > 0 and var count && count < each.Question.Records.Count);
    }

    private static async Task<byte[]> DownloadAsync(RunningServer server, Question question, int number)
    {
        var (store, _) = await server.Stores.GetOrCreateAsync(Owner, $"store-{number}", question.Schema, Running);
        foreach (var (key, value) in question.Records)
            await server.Stores.PutAsync(store, new NewRecord(new RecordKey(key)), new MemoryStream(value), Running);

        var url = $"/v2/key-value-stores/{store.Id}/records?{question.Query}";
        using var first = await server.GetAsync(url);
        using var second = await server.GetAsync(url);
        Assert.Equal(200, (int)first.StatusCode);
        var bytes = await first.Content.ReadAsByteArrayAsync(Running);
        Assert.Equal(bytes.Length, first.Content.Headers.ContentLength);
        Assert.Equal(bytes, await second.Content.ReadAsByteArrayAsync(Running));
        Assert.Equal(first.Headers.ETag, second.Headers.ETag);
        return bytes;
    }

    private static List<(string, string)> ReadByDotNet(byte[] bytes)
    {
        using var zip = new ZipArchive(new MemoryStream(bytes));
        return [.. zip.Entries.Select(entry =>
        {
            using var content = entry.Open();
            return (entry.FullName, Convert.ToHexString(SHA256.HashData(content)));
        })];
    }

    private static byte[] Value(int length, int seed)
    {
        var value = new byte[length];
        if (seed % 2 == 0)
            new Random(seed).NextBytes(value);
        else
            value.AsSpan().Fill((byte)seed);
        return value;
    }

    private static Question Ask((string Key, byte[] Value)[] records, string one, string other, int kind, int seed)
    {
        // Beginnings of keys, or else hardly anything would be selected.
        string[] words = [one, other, .. records.Select(record => record.Key)];
        var (key, prefix) = (words[seed % words.Length], Beginning(words[seed / 7 % words.Length]));
        var schema = $$"""
            {
              "actorKeyValueStoreSchemaVersion": 1, "title": "Any",
              "collections": {
                "one": { "key": {{JsonSerializer.Serialize(key)}} },
                "many": { "keyPrefix": {{JsonSerializer.Serialize(prefix)}} }
              }
            }
            """;
        var (query, isAsked) = kind switch
        {
            0 => ("", (Func<string, bool>)(_ => true)),
            1 => ($"prefix={Uri.EscapeDataString(prefix)}", text => text.StartsWith(prefix, StringComparison.Ordinal)),
            2 => ("collection=one", text => text == key),
            _ => ($"collection=many&prefix={Uri.EscapeDataString(one)}",
                text => text.StartsWith(prefix, StringComparison.Ordinal) && text.StartsWith(one, StringComparison.Ordinal)),
        };
        var problems = new List<string>();
        var parsed = StoreSchema.Parse(JsonDocument.Parse(schema).RootElement, "schema", problems);
        Assert.Empty(problems);
        return new(records.DistinctBy(record => record.Key).ToDictionary(record => record.Key, record => record.Value), parsed!, query, isAsked);
    }

    private static string Beginning(string text) => text.EnumerateRunes().First().ToString();

    private sealed record Question(Dictionary<string, byte[]> Records, StoreSchema Schema, string Query, Func<string, bool> IsAsked)
    {
        /// <summary>Keys, in the order of their bytes, and the SHA-256 of their values.</summary>
        public List<(string, string)> Expected { get; } =
        [
            .. Records.Where(record => IsAsked(record.Key))
                .OrderBy(record => record.Key, Comparer<string>.Create((a, b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b))))
                .Select(record => (record.Key, Convert.ToHexString(SHA256.HashData(record.Value)))),
        ];
    }
}
