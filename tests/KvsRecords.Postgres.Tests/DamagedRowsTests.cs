using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Postgres.Tests;

/// <summary>Rows that were changed by something else than this program.</summary>
public sealed class DamagedRowsTests
{
    [Theory]
    [InlineData("delete from chunks where no = 0")]
    [InlineData("delete from chunks where no = 1")]
    [InlineData("update chunks set data = substring(data for 10) where no = 0")]
    [InlineData("update chunks set data = data || data || data || data where no = 0")]
    [InlineData("update records set body = body || body where object is null")]
    [InlineData("update records set body = null where object is null")]
    [InlineData("update records set object = null where object is not null")]
    [InlineData("update records set header = substring(header for 5)")]
    public async Task An_archive_breaks_off_before_a_body_that_is_damaged(string damage)
    {
        foreach (var length in (int[])[30_000, 300_000, 600_000])
        {
            await using var database = await StorageInDatabase.OpenAsync();
            var store = await database.StoreAsync();
            await database.PutAsync(store, "a", Sample.Random(100));
            await database.PutAsync(store, "b", Sample.Random(length));
            if (length < 300_000 && damage.Contains("no = 1", StringComparison.Ordinal))
                continue;
            await database.AskAsync(damage);

            await using var snapshot = (await database.Storage.OpenCompressedSnapshotAsync(store, RecordFilter.Everything, StorageInDatabase.Running))!;
            var archive = await SplicedArchive.LayOutAsync(snapshot, StorageInDatabase.Running);
            using var sent = new MemoryStream();
            var output = PipeWriter.Create(sent, new StreamPipeWriterOptions(leaveOpen: true));
            await Assert.ThrowsAsync<InvalidDataException>(() => archive.WriteAsync(output, from: 0, StorageInDatabase.Running));
            Assert.True(archive.BytesSent < length, "the damaged body was sent");
        }
    }
}
