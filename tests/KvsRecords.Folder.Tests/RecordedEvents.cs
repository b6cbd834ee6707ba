using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Folder.Tests;

/// <summary>Keeps what a person would have heard. What crawlers always leave is in <see cref="NoRecords"/> only, and is not counted.</summary>
internal sealed class RecordedEvents : IFolderEvents
{
    public List<(string Path, string Reason)> LeftOut { get; } = [];

    public List<(string Key, string Served, string Hidden)> SameKey { get; } = [];

    public List<(string Id, string Served, string Hidden)> SameId { get; } = [];

    public List<string> NoRecords { get; } = [];

    public List<(string Path, string Reason)> UnreadableMetadata { get; } = [];

    public int Count => LeftOut.Count + SameKey.Count + SameId.Count + UnreadableMetadata.Count;

    void IFolderEvents.LeftOut(string path, string reason) => LeftOut.Add((path, reason));

    void IFolderEvents.NoRecords(Store store, IReadOnlyList<NoRecordFiles> files) => NoRecords.Add(NoRecordFiles.Describe(store, files));

    void IFolderEvents.SameKey(string key, string servedPath, string hiddenPath) => SameKey.Add((key, servedPath, hiddenPath));

    void IFolderEvents.SameId(string id, string servedPath, string hiddenPath) => SameId.Add((id, servedPath, hiddenPath));

    void IFolderEvents.UnreadableMetadata(string path, string reason) => UnreadableMetadata.Add((path, reason));
}
