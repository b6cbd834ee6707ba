namespace KvsRecords.Server.Tests;

/// <summary>What another process does in its own time.</summary>
internal static class Eventually
{
    public static async Task<T> HoldsAsync<T>(Func<T> value, Func<T, bool> holds)
    {
        for (var tries = 0; tries < 400 && !holds(value()); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(holds(value()));
        return value();
    }

    public static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        for (var tries = 0; tries < 400 && !await holds(); tries++)
            await Task.Delay(50, TestContext.Current.CancellationToken);
        Assert.True(await holds());
    }
}
