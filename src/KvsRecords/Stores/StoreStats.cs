namespace KvsRecords.Stores;

/// <summary>What was done with a store so far, and what it holds.</summary>
/// <param name="ReadCount">How many records were opened one by one.</param>
/// <param name="WriteCount">How many records were written.</param>
/// <param name="DeleteCount">How many records were deleted.</param>
/// <param name="ListCount">How many times its records were listed, or downloaded all together.</param>
/// <param name="Records">How many records it holds.</param>
/// <param name="StorageBytes">The sum of the lengths of its values, in bytes.</param>
public sealed record StoreStats(long ReadCount, long WriteCount, long DeleteCount, long ListCount, long Records, long StorageBytes);
