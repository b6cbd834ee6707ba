namespace KvsRecords.Server.Responses;

/// <summary>The usage of a month, which costs nothing here. The two maps are empty.</summary>
internal sealed record MonthlyUsageAnswer(UsageCycleAnswer UsageCycle)
{
    public IReadOnlyDictionary<string, UsageItemAnswer> MonthlyServiceUsage { get; } = new Dictionary<string, UsageItemAnswer>();

    public IReadOnlyList<DailyUsageAnswer> DailyServiceUsages { get; } = [];

    public double TotalUsageCreditsUsdBeforeVolumeDiscount { get; }

    public double TotalUsageCreditsUsdAfterVolumeDiscount { get; }
}

/// <summary>A month in UTC, from its first millisecond to its last.</summary>
internal sealed record UsageCycleAnswer(DateTimeOffset StartAt, DateTimeOffset EndAt)
{
    public static UsageCycleAnswer With(DateOnly day)
    {
        var start = new DateTimeOffset(day.Year, day.Month, 1, 0, 0, 0, TimeSpan.Zero);
        var lastDay = start.AddDays(DateTime.DaysInMonth(day.Year, day.Month) - 1);
        return new UsageCycleAnswer(start, lastDay.Add(TimeSpan.FromDays(1) - TimeSpan.FromMilliseconds(1)));
    }
}

/// <summary>The usage of a day.</summary>
internal sealed record DailyUsageAnswer(
    DateTimeOffset Date, IReadOnlyDictionary<string, UsageItemAnswer> ServiceUsage, double TotalUsageCreditsUsd);

/// <summary>The usage of one thing that costs.</summary>
internal sealed record UsageItemAnswer(double Quantity, double BaseAmountUsd);
