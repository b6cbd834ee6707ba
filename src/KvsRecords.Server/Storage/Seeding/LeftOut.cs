using System.Collections.Concurrent;
using KvsRecords.Folder;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>The files that were left out, each with the reason: reported at the end, so that no other output scrolls them away.</summary>
internal sealed class LeftOut : IFolderEvents
{
    // More lines than this are not read.
    private const int MaxLines = 100;

    private const int MaxExamples = 3;

    private readonly ConcurrentQueue<string> _lines = new();
    private readonly Dictionary<string, Dictionary<string, List<string>>> _counted = [];
    private (string Folder, string Name)? _called;

    /// <param name="what">A file or an entry.</param>
    /// <param name="reason">Why, as the rest of a sentence that begins with it.</param>
    public void Add(string what, string reason) => Enqueue($"{what} is left out: it {reason}");

    /// <summary>Counts a file of an archive, which is then shown with the others of the same reason.</summary>
    /// <param name="archive">The archive.</param>
    /// <param name="reason">Why, in words that may follow one and many: "with a name that cannot be a key".</param>
    /// <param name="name">The file.</param>
    public void Count(string archive, string reason, string name)
    {
        if (!_counted.TryGetValue(archive, out var reasons))
            _counted[archive] = reasons = [];
        if (!reasons.TryGetValue(reason, out var names))
            reasons[reason] = names = [];
        names.Add(name);
    }

    /// <summary>
    /// Shows the path of an unpacked file by the name of its archive: the temporary folder is gone when a person reads of it.
    /// </summary>
    public void Call(string folder, string name) => _called = (folder, name);

    void IFolderEvents.LeftOut(string path, string reason) => Add(path, reason);

    void IFolderEvents.NoRecords(Store store, IReadOnlyList<NoRecordFiles> files) => _lines.Enqueue(NoRecordFiles.Describe(store, files));

    void IFolderEvents.SameKey(string key, string servedPath, string hiddenPath) =>
        Enqueue($"{hiddenPath} is left out: {servedPath}, which is newer, means the same key");

    void IFolderEvents.SameId(string id, string servedPath, string hiddenPath) =>
        Enqueue($"{hiddenPath} is left out: {servedPath} has the same id, {id}");

    void IFolderEvents.UnreadableMetadata(string path, string reason) => Enqueue($"{path} is left out: {reason}");

    /// <summary>Reports a line for each file, and forgets them.</summary>
    public void Report(Action<string> note)
    {
        var lines = _lines.Distinct().ToList();
        foreach (var line in lines.Take(MaxLines))
            note(line);
        if (lines.Count > MaxLines)
            note($"{lines.Count - MaxLines} more are left out");
        foreach (var (archive, reasons) in _counted)
            note(Summary(archive, reasons));
        _lines.Clear();
        _counted.Clear();
    }

    private static string Summary(string archive, Dictionary<string, List<string>> reasons)
    {
        var count = reasons.Values.Sum(names => names.Count);
        var parts = reasons.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each =>
            $"{each.Value.Count} {each.Key} ({string.Join(", ", each.Value.Take(MaxExamples))}{(each.Value.Count > MaxExamples ? ", …" : "")})");
        return $"{(count == 1 ? "1 file" : $"{count} files")} of {archive} {(count == 1 ? "is" : "are")} left out: {string.Join(", ", parts)}";
    }

    private void Enqueue(string line) =>
        _lines.Enqueue(_called is { } called ? line.Replace(called.Folder, called.Name, StringComparison.Ordinal) : line);
}
