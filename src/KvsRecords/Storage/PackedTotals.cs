namespace KvsRecords.Storage;

/// <summary>What the members of a snapshot are all together.</summary>
/// <param name="Records">How many there are.</param>
/// <param name="KeyBytes">The sum of their keys' lengths in UTF-8.</param>
/// <param name="PackedBytes">The sum of their packed lengths.</param>
/// <param name="ValueBytes">The sum of their values' lengths.</param>
public readonly record struct PackedTotals(long Records, long KeyBytes, long PackedBytes, long ValueBytes);
