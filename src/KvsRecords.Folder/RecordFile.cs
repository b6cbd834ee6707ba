using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>A file of a store's folder and the key that it holds the value of.</summary>
/// <param name="Key">The key.</param>
/// <param name="FileName">The name of the file.</param>
/// <param name="Sidecar">The name of the file that describes it, or null.</param>
internal readonly record struct RecordFile(RecordKey Key, string FileName, string? Sidecar = null);
