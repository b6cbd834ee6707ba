namespace KvsRecords.Server.Tests;

/// <summary>What another process does in its own time.</summary>
internal static class Eventually
{
    public static async Task<T> HoldsAsync<T>(Func<T> value, Func<T, bool> holds)
    {
        var last = value();
        for (var tries = 0; tries < 1_200 && !holds(last); tries++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            last = value();
        }

        Assert.True(holds(last), $"{last}");
        return last;
    }

    public static async Task HoldsAsync(Func<Task<bool>> holds)
    {
        var isTrue = await holds();
        for (var tries = 0; tries < 1_200 && !isTrue; tries++)
        {
            await Task.Delay(50, TestContext.Current.CancellationToken);
            isTrue = await holds();
        }

        Assert.True(isTrue);
    }
}
