using KvsRecords.Stores;

namespace KvsRecords.Server.Settings;

/// <summary>The runs that the configuration declares, so that the API's shortcuts lead to their stores.</summary>
internal sealed class RunsReader(SettingValues values, Problems problems)
{
    private static readonly string[] Members =
    [
        nameof(RunSection.Id), nameof(RunSection.DefaultKeyValueStoreId), nameof(RunSection.ActorId), nameof(RunSection.ActorTaskId),
        nameof(RunSection.Status), nameof(RunSection.Origin), nameof(RunSection.StartedAt),
    ];

    public IReadOnlyList<Run> Read()
    {
        var runs = new List<Run>();
        var sections = values.File.Runs ?? [];
        for (var i = 0; i < sections.Count; i++)
        {
            var place = $"KvsRecords.Runs[{i}]";
            if (sections[i] is { } section)
                Read(section, place, runs);
            else
                Add(place, "null is no run; allowed: an object");
        }

        return runs;
    }

    private void Read(RunSection section, string place, List<Run> runs)
    {
        values.RefuseUnknown(section.Unknown, place, Members, problems);
        if (string.IsNullOrEmpty(section.Id) || string.IsNullOrEmpty(section.DefaultKeyValueStoreId))
        {
            Add(place, "which run is meant, and which store? Allowed: an Id and a DefaultKeyValueStoreId");
            return;
        }

        if (runs.Any(other => other.Id == section.Id))
            Add($"{place}.Id", $"'{section.Id}' is there twice; allowed: each once");

        RefuseUnknown(section.Status, Run.Statuses, $"{place}.Status");
        RefuseUnknown(section.Origin, Run.Origins, $"{place}.Origin");

        // Of runs of which nobody says when they were, the one that is written last is the last.
        var startedAt = DateTimeOffset.UnixEpoch.AddSeconds(runs.Count);
        if (section.StartedAt is not null && !Run.TryParseTime(section.StartedAt, out startedAt))
            Add($"{place}.StartedAt", $"'{section.StartedAt}' is no time; allowed: one such as 2026-01-31T12:00:00.000Z");

        runs.Add(new Run(
            section.Id, section.DefaultKeyValueStoreId, section.ActorId, section.ActorTaskId,
            section.Status ?? Run.DefaultStatus, section.Origin ?? Run.DefaultOrigin, startedAt));
    }

    private void RefuseUnknown(string? value, IReadOnlyList<string> allowed, string place)
    {
        if (value is not null && !allowed.Contains(value))
            Add(place, $"'{value}' is not allowed; allowed: {string.Join(", ", allowed)}");
    }

    private void Add(string place, string what) => problems.Add($"{values.FilePath}: {place}: {what}");
}
