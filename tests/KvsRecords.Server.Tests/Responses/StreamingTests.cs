namespace KvsRecords.Server.Tests;

/// <summary>The archive is sent while it is made: no faster than the client takes it, and no longer than it is there.</summary>
public sealed class StreamingTests
{
    private const string Url = $"/v2/key-value-stores/{FailingStore.Id}/records?token={RunningServer.DevelopmentToken}";

    [Fact]
    public async Task The_first_record_is_on_the_wire_before_the_second_is_read()
    {
        var mayGoOn = new TaskCompletionSource();
        var stores = new FailingStore(int.MaxValue)
        {
            BeforeOpening = (opened, cancellationToken) => opened == 1 ? Task.CompletedTask : mayGoOn.Task.WaitAsync(cancellationToken),
        };
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, stores: stores);

        using var response = await AskAsync(server);
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        var first = new byte[150_000];
        await body.ReadExactlyAsync(first, TestContext.Current.CancellationToken);

        Assert.Equal("PK\x03\x04"u8, first.AsSpan(0, 4));
        mayGoOn.SetResult();
        await body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_client_that_does_not_read_stops_the_reading_of_records()
    {
        const int Records = 1_500;
        var stores = new FailingStore(int.MaxValue, Records);
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, stores: stores);

        using var response = await AskAsync(server);
        var opened = await StandsStillAsync(() => stores.RecordsOpened);

        // What the sockets of both sides hold is some megabytes; the archive has 225 MB.
        Assert.InRange(opened, 1, Records / 2);
        var body = await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);
        await body.CopyToAsync(Stream.Null, TestContext.Current.CancellationToken);
        Assert.Equal(Records, stores.RecordsOpened);
    }

    [Fact]
    public async Task A_client_that_leaves_stops_the_work()
    {
        var left = new TaskCompletionSource();
        var stores = new FailingStore(int.MaxValue, records: 100_000)
        {
            BeforeOpening = (opened, cancellationToken) =>
            {
                // Also while the source itself is what is waited for.
                if (opened < 3)
                    return Task.CompletedTask;
                cancellationToken.Register(() => left.TrySetResult());
                return Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
            },
        };
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await RunningServer.StartAsync(folder, stores: stores);

        using (var response = await AskAsync(server))
            await response.Content.ReadAsStreamAsync(TestContext.Current.CancellationToken);

        await left.Task.WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Equal(3, stores.RecordsOpened);
    }

    private static Task<HttpResponseMessage> AskAsync(RunningServer server) =>
        server.Client.GetAsync(Url, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);

    // What does not move while the scheduler comes by many times stands still; there is nothing else to wait for.
    private static async Task<int> StandsStillAsync(Func<int> value)
    {
        var last = -1;
        for (var same = 0; same < 5; same = value() == last ? same + 1 : 0)
        {
            last = value();
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        return last;
    }
}
