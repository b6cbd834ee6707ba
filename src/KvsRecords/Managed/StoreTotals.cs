namespace KvsRecords.Managed;

/// <summary>The sums of a store at one of its revisions.</summary>
/// <param name="Store">The store's number.</param>
/// <param name="Revision">One more with each change of a record.</param>
/// <param name="Records">How many records there are.</param>
/// <param name="CompressedBytes">The sum of their compressed lengths.</param>
/// <param name="KeyBytes">The sum of their keys' lengths in UTF-8.</param>
/// <param name="ValueBytes">The sum of their values' lengths.</param>
/// <param name="Writes">How many records were written so far.</param>
/// <param name="Deletes">How many were deleted so far.</param>
/// <param name="Incarnation">What tells the store from every other one that ever had, or will have, its number or its id.</param>
/// <param name="Modified">When it was last changed, in milliseconds since 1970, UTC.</param>
public sealed record StoreTotals(
    long Store,
    long Revision,
    long Records,
    long CompressedBytes,
    long KeyBytes,
    long ValueBytes,
    long Writes,
    long Deletes,
    long Incarnation,
    long Modified);
