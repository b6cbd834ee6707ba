namespace KvsRecords.Sqlite;

/// <summary>How far a verification has come.</summary>
/// <param name="Checked">How many records have been read.</param>
/// <param name="Total">How many there are.</param>
public readonly record struct VerifyProgress(long Checked, long Total);
