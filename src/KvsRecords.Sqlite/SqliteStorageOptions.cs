using KvsRecords.Stores;

namespace KvsRecords.Sqlite;

/// <summary>The settings of a storage.</summary>
public sealed record SqliteStorageOptions
{
    /// <summary>Names the folder of the storage, which is made when it is not there.</summary>
    public required string Folder { get; init; }

    /// <summary>The user with an id; null when there is none (any more): the storage then knows the id and the name.</summary>
    public required Func<string, User?> FindUser { get; init; }

    /// <summary>
    /// Tells whether a write MUST have survived a power cut before it is answered. Without it, a write survives only the end of the
    /// process.
    /// </summary>
    public bool Durable { get; init; } = true;

    /// <summary>
    /// Opens the storage for reading only: then nothing of the folder MUST change, neither what a killed process left behind, nor an older
    /// format (it is refused). Writing fails.
    /// </summary>
    public bool ReadOnly { get; init; }

    /// <summary>The clock for all times that are stored.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
