using KvsRecords.Stores;

namespace KvsRecords.Postgres;

/// <summary>The settings of a storage in a database.</summary>
public sealed record PostgresStorageOptions
{
    /// <summary>Npgsql's connection string, or a <c>postgres://</c> URL. MUST NOT reach a log line or an error: it may hold a password.</summary>
    public required string ConnectionString { get; init; }

    /// <summary>The user with an id; null when there is none (any more): the storage then knows the id and the name.</summary>
    public required Func<string, User?> FindUser { get; init; }

    /// <summary>Makes the tables, or brings those of an older version up to date. Without it, a database that lacks them is refused.</summary>
    public bool Migrate { get; init; } = true;

    /// <summary>Opens the storage for a command that only reads: then writing fails, and nothing is removed.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>The clock for all times that clients see. What servers agree on among themselves goes by the database's clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    /// <summary>
    /// Receives a sentence for the log, without a secret, when something that the storage does by itself fails: at most once a minute for
    /// the same cause. May be called from several threads at once; null: nothing is said.
    /// </summary>
    public Action<string>? Warn { get; init; }

    /// <summary>The times after which servers do things by themselves.</summary>
    internal Intervals Intervals { get; init; } = new();
}

/// <summary>The times after which servers do things by themselves.</summary>
internal sealed record Intervals
{
    /// <summary>A version or a body that is dead stays for this long: every download that began before it died has a lease by then.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A lease holds for this long, unless it is renewed.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>A server that could not renew its leases for this long breaks its downloads off.</summary>
    public TimeSpan Trust { get; init; } = TimeSpan.FromSeconds(40);

    /// <summary>A server that has not been seen for this long has ended: what it left half done is removed.</summary>
    public TimeSpan Absence { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Leases are renewed, and what is dead is removed, this often.</summary>
    public TimeSpan Upkeep { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Counts of reads are saved this often.</summary>
    public TimeSpan Flush { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A request waits for a database that cannot be reached for this long.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A write waits for those before it for this long.</summary>
    public TimeSpan QueueWait { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>A warning is not repeated for this long.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>The versions of the tables before and after a migration; 0: there were none.</summary>
/// <param name="From">The version before.</param>
/// <param name="To">The version now.</param>
public sealed record MigrationResult(int From, int To);
