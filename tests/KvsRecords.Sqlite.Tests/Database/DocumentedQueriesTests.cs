using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite.Tests;

/// <summary>What docs/storage.md says can be asked of a stopped storage, asked of one, in the order in which it stands there.</summary>
public sealed partial class DocumentedQueriesTests : IAsyncDisposable
{
    private static readonly byte[] Text = Encoding.UTF8.GetBytes(new string('é', 200_000));

    private readonly StorageInFolder _folder = new();

    private static CancellationToken Running => StorageInFolder.Running;

    [Fact]
    public async Task Each_documented_query_answers_what_it_says() => await CheckAsync(AskLibraryAsync);

    [Fact]
    public async Task The_tool_of_the_database_answers_the_same()
    {
        Assert.SkipUnless(HasTool(), "sqlite3 is not installed.");
        await CheckAsync(AskToolAsync);
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private async Task CheckAsync(Func<string, Task<string>> askAsync)
    {
        var store = await FillAsync();
        using var deflated = await new RecordCompressor<MemoryStream>(1_000_000, () => new()).CompressAsync(new MemoryStream(Text), null, Running);
        var packed = deflated.Record.CompressedLength;
        var answers = new[]
        {
            $"shop|{store.Id}|3|440000|{40_000 + packed}\nempty|{(await _folder.StoreAsync("empty")).Id}|0|0|0",
            "caf\u00E9 (1).txt|400000|text/plain; charset=utf-8|2024-02-29 23:59:59\nphoto.png|30000|image/png|2024-02-29 23:59:59\nsmall.png|10000|image/png|2024-02-29 23:59:59",
            "shop|caf\u00E9 (1).txt|400000\nshop|photo.png|30000\nshop|small.png|10000",
            "bodies/2|stored|30000",
            $"image/png|2|40000|40000\ntext/plain; charset=utf-8|1|400000|{packed}",
            "shop|photo.png|1|2|20000\nshop|small.png|3|4|5",
            "unfinished|2|1",
            "empty|0|0\nshop|3|3",
        };
        await _folder.Storage.DisposeAsync();

        var queries = Queries().Matches(await File.ReadAllTextAsync(Path.Join(AppContext.BaseDirectory, "storage.md"), Running))
            .Select(match => match.Groups[1].Value).ToList();
        Assert.Equal(answers.Length, queries.Count);
        for (var i = 0; i < queries.Count; i++)
            Assert.Equal(answers[i], await askAsync(queries[i]));
    }

    // What has died is still seen by a download when the storage is closed, and a store is not filled to its end.
    private async Task<Store> FillAsync()
    {
        var store = await _folder.StoreAsync("shop");
        await _folder.StoreAsync("empty");
        await PutAsync(store, "photo.png", Sample.Random(20_000), "image/png");
        var download = await _folder.OpenAsync(store);
        await PutAsync(store, "photo.png", Sample.Random(30_000), "image/png");
        await PutAsync(store, "small.png", Sample.Random(5), "image/png");
        await PutAsync(store, "small.png", Sample.Random(10_000), "image/png");
        await PutAsync(store, "caf\u00E9 (1).txt", Text, "text/plain; charset=utf-8");
        var import = await _folder.Storage.BeginImportAsync(store with { Id = "WkzbQMuFYuamGv3YF", Name = "unfinished" }, Running);
        await import!.PutAsync(new(new("a")), new MemoryStream([1]), Running);
        Assert.NotNull(download);
        return store;
    }

    private async Task PutAsync(Store store, string key, byte[] value, string contentType)
    {
        var record = new NewRecord(new(key), contentType, new DateTimeOffset(2024, 2, 29, 23, 59, 59, TimeSpan.Zero));
        Assert.True(await _folder.Storage.PutAsync(store, record, new MemoryStream(value), Running));
    }

    private async Task<string> AskLibraryAsync(string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Join(_folder.Folder, "records.db")};Pooling=False;Mode=ReadOnly");
        await connection.OpenAsync(Running);
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await using var reader = await command.ExecuteReaderAsync(Running);
        var rows = new List<string>();
        while (await reader.ReadAsync(Running))
        {
            rows.Add(string.Join('|', Enumerable.Range(0, reader.FieldCount)
                .Select(column => Convert.ToString(reader.GetValue(column), CultureInfo.InvariantCulture))));
        }

        return string.Join('\n', rows);
    }

    private async Task<string> AskToolAsync(string sql)
    {
        var start = new ProcessStartInfo("sqlite3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add(Path.Join(_folder.Folder, "records.db"));
        using var tool = Process.Start(start)!;
        await tool.StandardInput.WriteLineAsync(sql.AsMemory(), Running);
        tool.StandardInput.Close();
        var answer = await tool.StandardOutput.ReadToEndAsync(Running);
        Assert.Equal("", await tool.StandardError.ReadToEndAsync(Running));
        return answer.TrimEnd('\n');
    }

    private static bool HasTool() =>
        Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(folder => File.Exists(Path.Join(folder, "sqlite3")));

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Queries();
}
