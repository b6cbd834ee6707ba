using KvsRecords.Storage;

namespace KvsRecords.Folder;

/// <summary>Counts the files of a store that are no records, by reason.</summary>
internal sealed class NoRecords
{
    private const int MaxExamples = 3;

    private readonly SortedDictionary<NoRecordReason, (long Count, List<string> Examples)> _counts = [];

    public NoRecords()
    {
    }

    /// <summary>Counts on from what was counted before.</summary>
    public NoRecords(IEnumerable<NoRecordFiles> before)
    {
        foreach (var files in before)
            _counts[files.Reason] = (files.Count, [.. files.Examples]);
    }

    public void Add(NoRecordReason reason, string name)
    {
        var (count, examples) = _counts.GetValueOrDefault(reason, (0, []));
        if (examples.Count < MaxExamples)
            examples.Add(name);
        _counts[reason] = (count + 1, examples);
    }

    public IReadOnlyList<NoRecordFiles> ToList() => [.. _counts.Select(each => new NoRecordFiles(each.Key, each.Value.Count, each.Value.Examples))];
}
