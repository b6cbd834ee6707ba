using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>A store that was asked for.</summary>
/// <param name="Store">The store.</param>
/// <param name="IsNew">Whether it was made for the asking.</param>
public readonly record struct StoreFound(Store Store, bool IsNew);
