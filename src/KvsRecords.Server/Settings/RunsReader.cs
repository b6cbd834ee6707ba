using KvsRecords.Stores;

namespace KvsRecords.Server.Settings;

/// <summary>Reads the runs that the configuration declares, so that the API's shortcuts lead to their stores.</summary>
internal sealed class RunsReader(SettingValues values)
{
    public IReadOnlyList<Run> Read()
    {
        var runs = new List<Run>();
        foreach (var (section, place) in values.Sections(values.File.Runs, nameof(SettingsSection.Runs), "run"))
            Read(section, place, runs);

        return runs;
    }

    private void Read(RunSection section, string place, List<Run> runs)
    {
        if (string.IsNullOrEmpty(section.Id) || string.IsNullOrEmpty(section.DefaultKeyValueStoreId))
        {
            values.AddInFile(place, "which run is meant, and which store? Allowed: an Id and a DefaultKeyValueStoreId");
            return;
        }

        if (runs.Any(other => other.Id == section.Id))
            values.AddInFile($"{place}.Id", $"'{section.Id}' is there twice; allowed: each once");

        RefuseUnknown(section.Status, Run.Statuses, $"{place}.Status");
        RefuseUnknown(section.Origin, Run.Origins, $"{place}.Origin");

        // Of runs without a time, the one that is written last is the last.
        var startedAt = DateTimeOffset.UnixEpoch.AddSeconds(runs.Count);
        if (section.StartedAt is not null && !Run.TryParseTime(section.StartedAt, out startedAt))
            values.AddInFile($"{place}.StartedAt", $"'{section.StartedAt}' is no time; allowed: one such as 2026-01-31T12:00:00.000Z");

        runs.Add(new Run(
            section.Id, section.DefaultKeyValueStoreId, section.ActorId, section.ActorTaskId,
            section.Status ?? Run.DefaultStatus, section.Origin ?? Run.DefaultOrigin, startedAt));
    }

    private void RefuseUnknown(string? value, IReadOnlyList<string> allowed, string place)
    {
        if (value is not null && !allowed.Contains(value))
            values.AddInFile(place, $"'{value}' is not allowed; allowed: {string.Join(", ", allowed)}");
    }
}
