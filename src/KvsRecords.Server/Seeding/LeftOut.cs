using System.Collections.Concurrent;
using KvsRecords.Folder;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Seeding;

/// <summary>What was there and was not taken over, with the reason: told at the end, when nothing more scrolls it away.</summary>
internal sealed class LeftOut : IFolderEvents
{
    // Beyond this many nobody reads on.
    private const int MostTold = 100;

    private readonly ConcurrentQueue<string> _lines = new();

    /// <param name="what">A file or an entry.</param>
    /// <param name="reason">Why, as the rest of a sentence that begins with it.</param>
    public void Add(string what, string reason) => _lines.Enqueue($"{what} is left out: it {reason}");

    void IFolderEvents.LeftOut(string path, string reason) => Add(path, reason);

    void IFolderEvents.NoRecords(Store store, IReadOnlyList<NoRecordFiles> files) => _lines.Enqueue(NoRecordFiles.Describe(store, files));

    void IFolderEvents.SameKey(string key, string servedPath, string hiddenPath) =>
        _lines.Enqueue($"{hiddenPath} is left out: {servedPath}, which is newer, means the same key");

    void IFolderEvents.SameId(string id, string servedPath, string hiddenPath) =>
        _lines.Enqueue($"{hiddenPath} is left out: {servedPath} has the same id, {id}");

    void IFolderEvents.UnreadableMetadata(string path, string reason) => _lines.Enqueue($"{path} is left out: {reason}");

    public void Tell()
    {
        var lines = _lines.Distinct().ToList();
        foreach (var line in lines.Take(MostTold))
            Terminal.Note(line);
        if (lines.Count > MostTold)
            Terminal.Note($"{lines.Count - MostTold} more are left out");
        _lines.Clear();
    }
}
