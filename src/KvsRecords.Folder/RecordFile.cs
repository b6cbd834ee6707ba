using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>A file of a store's folder and the key that it holds the value of.</summary>
internal readonly record struct RecordFile(RecordKey Key, string FileName);
