using KvsRecords.Server.Cli;
using KvsRecords.Server.Settings;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Server.Tests;

/// <summary>Rows that the database reads without a complaint, and that no version wrote: a command ends with 1 and a sentence, and not with a crash.</summary>
public sealed class DamagedRowTests
{
    [Theory]
    [InlineData("update stores set created = 9223372036854775807")]
    [InlineData("update stores set modified = -9223372036854775808")]
    [InlineData("update stores set shared_with = '[\"bob\"'")]
    [InlineData("update stores set schema = '{'")]
    [InlineData("update stores set packed_bytes = packed_bytes + 1")]
    [InlineData("update stores set records = records + 1")]
    [InlineData("update records set modified = 9223372036854775807")]
    [InlineData("update records set key = '../../x' where length = (select max(length) from records)")]
    [InlineData("update records set key = key || 'longer'")]
    [InlineData("update records set header = zeroblob(26)")]
    [InlineData("update records set header = x''")]
    [InlineData("update records set length = -1")]
    [InlineData("update stores set records = -1")]
    [InlineData("update stores set records = 4294967295")]
    [InlineData("update stores set records = records + 1, value_bytes = 5000000000")]
    [InlineData("update stores set value_bytes = 9223372036854775807")]
    public async Task A_damaged_row_ends_export_and_verify_with_1(string damage)
    {
        using var folder = StorageFolder.WithNastyStore();
        var data = Path.Join(folder.Path, "data");
        await using (await OwnStores.OpenAsync(null, (Setting.Data, data), (Setting.Seed, folder.Path)))
        {
        }

        using (var database = new SqliteConnection($"Data Source={Path.Join(data, "records.db")};Pooling=false"))
        {
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText = damage;
            Assert.NotEqual(0, command.ExecuteNonQuery());
        }

        // A folder needs no sums, and an archive has the times in its members already.
        var exits = new List<int>();
        foreach (var output in (string[])["out/", "out.zip"])
            exits.Add(await CommandLine.RunAsync(["export", "my-store", "--data", data, "-o", Path.Join(folder.Path, output)]));

        Assert.Contains(1, exits);
        Assert.DoesNotContain(exits, exit => exit is not (0 or 1));
        Assert.Equal(1, await CommandLine.RunAsync(["verify", "--data", data]));
    }
}
