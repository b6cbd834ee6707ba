using KvsRecords.Storage;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Tests;

/// <summary>Statements that read a whole store may take longer than others. A lock on the table makes them.</summary>
public sealed class LongStatementTests
{
    private static readonly TimeSpan Held = TimeSpan.FromSeconds(3);

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sums_and_a_verification_may_take_longer_than_other_statements()
    {
        await using var database = await OpenAsync();
        var store = await database.StoreAsync();
        await database.PutAsync(store, "a", [1]);
        await using (await LockAsync(database))
        {
            await Assert.ThrowsAsync<StorageUnavailableException>(
                () => database.Storage.OpenRecordAsync(store, new RecordKey("a"), Running).AsTask());
        }

        var types = await SlowAsync(() => database.Storage.SumByTypeAsync(store, Running).AsTask());
        Assert.Equal(1, types.Largest().Sum(size => size.Records));
        Assert.Empty(await SlowAsync(() => database.Storage.VerifyAsync(progress: null, Running).ToListAsync(Running).AsTask(), "chunks"));
        await using var snapshot = await SlowAsync(
            () => database.Storage.OpenCompressedSnapshotAsync(store, new RecordFilter("a"), Running).AsTask());
        Assert.Equal(1, snapshot!.Totals.Records);

        async Task<T> SlowAsync<T>(Func<Task<T>> work, string table = "records")
        {
            await using var locked = await LockAsync(database, table);
            var task = work();
            await Task.Delay(Held, Running);
            Assert.False(task.IsCompleted);
            await locked.DisposeAsync();
            return await task;
        }
    }

    [Fact]
    public async Task A_sum_ends_when_its_request_does()
    {
        await using var database = await OpenAsync();
        var store = await database.StoreAsync();
        await using var locked = await LockAsync(database);
        using var request = CancellationTokenSource.CreateLinkedTokenSource(Running);

        var sum = database.Storage.SumByTypeAsync(store, request.Token).AsTask();
        await Task.Delay(200, Running);
        Assert.False(sum.IsCompleted);
        await request.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sum).WaitAsync(Held, Running);
        Assert.Equal("0", await database.AskAsync("""
            select count(*) from pg_stat_activity where wait_event_type = 'Lock' and application_name = current_setting('application_name')
            """));
    }

    [Fact]
    public async Task Many_sums_leave_connections_for_other_requests()
    {
        await using var database = await OpenAsync("Maximum Pool Size=4");
        var store = await database.StoreAsync();
        Task[] sums;
        await using (await LockAsync(database))
        {
            sums = [.. Enumerable.Range(0, 8).Select(_ => database.Storage.SumByTypeAsync(store, Running).AsTask())];
            Assert.Equal(store.Name, (await database.Storage.FindByIdAsync(store.Id, Running))?.Name);
            Assert.All(sums, sum => Assert.False(sum.IsCompleted));
        }

        await Task.WhenAll(sums);
    }

    private static async Task<StorageInDatabase> OpenAsync(string more = "") => await StorageInDatabase.OpenAsync(
        $"{await Cluster.ConnectionStringAsync()};Command Timeout=1;{more}",
        new Intervals { Patience = TimeSpan.Zero, Upkeep = TimeSpan.FromDays(1), Flush = TimeSpan.FromDays(1) });

    // Until it is disposed.
    private static async Task<NpgsqlConnection> LockAsync(StorageInDatabase database, string table = "records")
    {
        var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Running);
        await using var command = new NpgsqlCommand($"begin; lock table {table} in access exclusive mode", connection);
        await command.ExecuteNonQueryAsync(Running);
        return connection;
    }
}
