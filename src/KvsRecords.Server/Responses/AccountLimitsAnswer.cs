namespace KvsRecords.Server.Responses;

/// <summary>A user's limits and how much of them is used, which is nothing.</summary>
internal sealed record AccountLimitsAnswer(UsageCycleAnswer MonthlyUsageCycle)
{
    public LimitsAnswer Limits { get; } = new();

    public CurrentUsageAnswer Current { get; } = new();
}

/// <summary>The limits of a user. They limit nothing here, and are those of the example in the API's documentation.</summary>
internal sealed record LimitsAnswer
{
    public double MaxMonthlyUsageUsd { get; } = 300;

    public double MaxMonthlyActorComputeUnits { get; } = 1000;

    public double MaxMonthlyExternalDataTransferGbytes { get; } = 7;

    public int MaxMonthlyProxySerps { get; } = 50;

    public double MaxMonthlyResidentialProxyGbytes { get; } = 0.5;

    public double MaxActorMemoryGbytes { get; } = 16;

    public int MaxActorCount { get; } = 100;

    public int MaxActorTaskCount { get; } = 1000;

    public int MaxConcurrentActorJobs { get; } = 256;

    public int MaxTeamAccountSeatCount { get; } = 9;

    public int DataRetentionDays { get; } = 90;

    public int MaxScheduleCount { get; } = 100;
}

/// <summary>The part of the limits that is used: none of it.</summary>
internal sealed record CurrentUsageAnswer
{
    public double MonthlyUsageUsd { get; }

    public double MonthlyActorComputeUnits { get; }

    public double MonthlyExternalDataTransferGbytes { get; }

    public int MonthlyProxySerps { get; }

    public double MonthlyResidentialProxyGbytes { get; }

    public double ActorMemoryGbytes { get; }

    public int ActorCount { get; }

    public int ActorTaskCount { get; }

    public int ActiveActorJobCount { get; }

    public int TeamAccountSeatCount { get; }

    public int ScheduleCount { get; }
}
