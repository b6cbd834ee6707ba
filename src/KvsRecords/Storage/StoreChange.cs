using KvsRecords.Stores;

namespace KvsRecords.Storage;

/// <summary>What is to be said of a store from now on. Null entries say nothing: what was said holds.</summary>
/// <param name="Name">Its name; the empty one takes it away.</param>
/// <param name="Title">Its title; the empty one takes it away.</param>
/// <param name="GeneralAccess">Who else may read.</param>
public sealed record StoreChange(string? Name = null, string? Title = null, GeneralAccess? GeneralAccess = null);
