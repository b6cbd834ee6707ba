using System.Diagnostics;
using System.Globalization;
using KvsRecords.StorageContract;
using KvsRecords.Stores;

namespace KvsRecords.Postgres.Tests;

/// <summary>A server that stands still in the middle of a transaction, as a machine does that swaps, or is moved to another host.</summary>
public sealed class StalledServerTests(ITestOutputHelper output)
{
    private const string IsLocked = """
        select case when not exists (select 1 from stores where name = 'victim' and state = 0 for update skip locked) then 1 end
        """;

    // As the connection says: idle_in_transaction_session_timeout.
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Others_go_on_within_the_limit_and_it_loses_and_mixes_nothing_when_it_goes_on()
    {
        await using var database = await StorageInDatabase.OpenAsync();
        var store = await database.StoreAsync("victim");
        var history = new DeedHistory();
        using var victim = history.Start(database.ConnectionString);
        try
        {
            var errors = victim.StandardError.ReadToEndAsync(Running);
            var reading = Task.Run(() => NoteAllAsync(victim, history), Running);
            await ReachesAsync(history, 50);
            await StopInTransactionAsync(victim, database);

            var start = Stopwatch.GetTimestamp();
            await database.PutAsync(store, "other-0", ValueOf(0));
            var waited = Stopwatch.GetElapsedTime(start);
            output.WriteLine($"{waited.TotalSeconds:F1} s until the next write of another server");
            Assert.InRange(waited, TimeSpan.FromSeconds(1), Limit + TimeSpan.FromSeconds(2));
            for (var i = 1; i < 50; i++)
                await database.PutAsync(store, $"other-{i}", ValueOf(i));

            await SignalAsync(victim, "CONT");
            await ReachesAsync(history, history.Done.Sum() + 50);
            victim.Kill();
            await reading;
            Assert.Equal("", await errors);
        }
        finally
        {
            victim.Kill();
        }

        await database.RestartAsync();
        await AssertThereAsync(database, store, history);
    }

    private static async Task AssertThereAsync(StorageInDatabase database, Store store, DeedHistory history)
    {
        await using var snapshot = await database.Storage.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
        await history.SettleAsync(async key => await snapshot.ValueAsync(key, Running));
        var expected = history.Records.ToDictionary(each => each.Key, each => each.Value!);
        for (var i = 0; i < 50; i++)
            expected[$"other-{i}"] = ValueOf(i);

        var contents = await snapshot.ContentsAsync(Running);
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), contents.Keys);
        Assert.All(expected, each => Assert.Equal(each.Value, contents[each.Key]));
        await database.SweepAsync();
        Assert.Empty(await database.Storage.VerifyAsync(progress: null, Running).ToListAsync(Running));
    }

    private static byte[] ValueOf(int number) => Sample.Random(number % 10 == 0 ? 50_000 : 500, number);

    // Most moments of a writer lie within a transaction, and not all.
    private static async Task StopInTransactionAsync(Process victim, StorageInDatabase database)
    {
        for (var tries = 0; tries < 200; tries++)
        {
            await SignalAsync(victim, "STOP");
            await Task.Delay(50, Running);
            if (await database.AskAsync(IsLocked) == "1")
                return;

            await SignalAsync(victim, "CONT");
            await Task.Delay(tries % 20, Running);
        }

        Assert.Fail("It was never stopped within a transaction.");
    }

    private static async Task SignalAsync(Process process, string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync(Running);
        Assert.Equal(0, kill.ExitCode);
    }

    private static async Task NoteAllAsync(Process victim, DeedHistory history)
    {
        while (await victim.StandardOutput.ReadLineAsync(Running) is { } line)
            history.Note(line);
    }

    private static async Task ReachesAsync(DeedHistory history, int deeds)
    {
        for (var tries = 0; tries < 1_500 && history.Done.Sum() < deeds; tries++)
            await Task.Delay(20, Running);
        Assert.True(history.Done.Sum() >= deeds);
    }
}
