using System.Collections.Concurrent;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Server.Tests;

/// <summary>
/// What several writers do to one store at once. An archive shows, of each writer, how many of its changes it has seen; the store went
/// through one state after the other, so of any two archives one MUST have seen all that the other has.
/// </summary>
internal sealed class StoreHistory(int writers)
{
    private readonly WriterHistory[] _writers = [.. Enumerable.Range(0, writers).Select(writer => new WriterHistory(writer))];
    private readonly ConcurrentBag<int[]> _seen = [];

    public IReadOnlyList<WriterHistory> Writers => _writers;

    /// <summary>How many different states archives have shown.</summary>
    public int States => _seen.Select(seen => string.Join(' ', seen)).Distinct().Count();

    /// <summary>Checks an archive that was begun after this call and before the call of what it gives.</summary>
    public Action<byte[]> Begin() => BeginWith([.. _writers.Select(writer => writer.Done)]);

    /// <summary>The states that were seen MUST be states of one store.</summary>
    public void AssertOneAfterTheOther()
    {
        var ordered = _seen.OrderBy(seen => seen.Sum()).ToList();
        for (var i = 1; i < ordered.Count; i++)
            Assert.All(ordered[i - 1].Zip(ordered[i]), each => Assert.True(each.First <= each.Second, $"{each.First} > {each.Second}"));
    }

    private Action<byte[]> BeginWith(int[] done) => archive =>
    {
        var begun = _writers.Select(writer => writer.Begun).ToArray();
        var layout = ZipLayout.Read(archive);
        var seen = _writers.Select((writer, i) => writer.Find(layout, done[i], begun[i])).ToList();
        Assert.DoesNotContain(null, seen);
        _seen.Add([.. seen.Select(changes => changes!.Value)]);
    };
}
