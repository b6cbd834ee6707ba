namespace KvsRecords.Storage;

/// <summary>What the members of a snapshot are all together.</summary>
/// <param name="Records">How many there are.</param>
/// <param name="KeyBytes">The sum of their keys' lengths in UTF-8.</param>
/// <param name="PackedBytes">The sum of their packed lengths.</param>
/// <param name="ValueBytes">The sum of their values' lengths.</param>
public readonly record struct PackedTotals(long Records, long KeyBytes, long PackedBytes, long ValueBytes)
{
    /// <summary>What they are together with others.</summary>
    public static PackedTotals operator +(PackedTotals one, PackedTotals other) => new(
        one.Records + other.Records, one.KeyBytes + other.KeyBytes, one.PackedBytes + other.PackedBytes, one.ValueBytes + other.ValueBytes);
}
