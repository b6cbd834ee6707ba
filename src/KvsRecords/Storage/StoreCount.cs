namespace KvsRecords.Storage;

/// <summary>What a store holds.</summary>
/// <param name="Records">How many records.</param>
/// <param name="StorageBytes">The sum of the lengths of their values, in bytes.</param>
/// <param name="NoRecords">The files beside them that are no records, by reason.</param>
public sealed record StoreCount(long Records, long StorageBytes, IReadOnlyList<NoRecordFiles> NoRecords);
