using System.Collections.Concurrent;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage;

/// <summary>The runs that are declared, in the configuration or since the start.</summary>
internal sealed class RunDirectory(IReadOnlyList<Run> configured) : IResettable
{
    private volatile ConcurrentDictionary<string, Run> _runs = Of(configured);

    public Run? Find(string id) => _runs.GetValueOrDefault(id);

    /// <summary>
    /// Finds the latest run of an Actor (an id, or <c>username~actor-name</c>), of those with this status and origin, if given.
    /// </summary>
    public Run? LastOfActor(string actor, string? status, string? origin) => Last(run => run.ActorId, actor, status, origin);

    /// <inheritdoc cref="LastOfActor"/>
    public Run? LastOfTask(string task, string? status, string? origin) => Last(run => run.ActorTaskId, task, status, origin);

    /// <returns>True when the run is new.</returns>
    public bool Put(Run run)
    {
        var isNew = true;
        _runs.AddOrUpdate(run.Id, run, (_, _) =>
        {
            isNew = false;
            return run;
        });
        return isNew;
    }

    public bool Remove(string id) => _runs.TryRemove(id, out _);

    /// <summary>Brings back the runs of the configuration, and removes all others.</summary>
    public void Reset() => _runs = Of(configured);

    private static ConcurrentDictionary<string, Run> Of(IEnumerable<Run> runs) =>
        new(runs.Select(run => KeyValuePair.Create(run.Id, run)), StringComparer.Ordinal);

    private Run? Last(Func<Run, string?> of, string called, string? status, string? origin) => _runs.Values
        .Where(run => IsCalled(of(run), called) && (status is null || run.Status == status) && (origin is null || run.Origin == origin))
        .OrderByDescending(run => run.StartedAt).ThenByDescending(run => run.Id, StringComparer.Ordinal)
        .FirstOrDefault();

    // A name may be written with a slash, as people write it; ids have neither.
    private static bool IsCalled(string? actor, string called) =>
        string.Equals(actor?.Replace('/', '~'), called.Replace('/', '~'), StringComparison.OrdinalIgnoreCase);
}
