namespace KvsRecords.Benchmarks.Measures;

/// <summary>The memory that one download takes of a fresh process: of ten records to a million, and of long ones.</summary>
internal static class Memory
{
    private static readonly Row[] Rows =
    [
        new("managed", Recipe.Ten, Ours.Name, More: Target.AtMost(4.2, " MB")),
        new("managed", "many", Ours.Name, More: Target.AtMost(4.2, " MB")),
        new("managed", "million", Ours.Name, More: Target.AtMost(4.2, " MB")),
        new("live", Recipe.Ten, Ours.Name),
        new("live", "many", Ours.Name, Peak: Target.AtMost(180, " MB")),
        new("live", "many", Go.Name),
        new("live", "million", Ours.Name),
        new("live", "huge", Ours.Name, Peak: Target.AtMost(150, " MB")),
        new("live", "huge", Go.Name),
    ];

    public static async Task RunAsync(Bench bench, CancellationToken cancel)
    {
        var table = new Table(
            "Resident memory of one download by a fresh process",
            "<source", "<set", "records", "<contender", "idle MB", "peak MB", "<asked for", "more MB", "<asked for");
        foreach (var row in Rows)
        {
            Report.Progress($"memory: {row}");
            var set = row.Set == Recipe.Ten ? (await bench.Sets.GetAsync("many", cancel)).Ten : await bench.Sets.GetAsync(row.Set, cancel);
            await using var server = await StartAsync(bench, row, set, cancel);
            if (server is null)
                continue;
            // Idle is a server that has sent a small archive: the code of a download is then loaded.
            if (server.Name == Ours.Name)
                server.Connection.Download(Connection.Get(new Uri(server.Address, Ours.Archive(Recipe.Ten))));
            var idle = await server.Figures.RestAsync(cancel);
            await Task.Run(() => server.Connection.Download(server.Request), cancel);
            var peak = server.Figures.Peak;
            table.Row(
                row.Source, row.Set, $"{set.Records:N0}", row.Contender, $"{idle:N1}",
                $"{peak:N1}", bench.Report.Judge($"memory, {row}", peak, row.Peak),
                $"{peak - idle:N1}", bench.Report.Judge($"memory over idle, {row}", peak - idle, row.More));
        }
        bench.Report.Add(table);
    }

    private static async Task<Server?> StartAsync(Bench bench, Row row, DataSet set, CancellationToken cancel)
    {
        if (row.Contender == Go.Name)
            return await bench.FindAsync(Go.Name, Go.PrepareAsync, cancel) is { } go ? await go.ServeAsync(set, level: null, cancel) : null;
        if (row.Source == "live")
            return await bench.Ours.ServeLiveAsync(set.Storage, Ours.Archive(set.Name), cancel);
        // The process that fills the store is another one.
        var folder = bench.Scratch($"memory-{Path.GetFileName(set.Storage)}");
        if (!Directory.Exists(folder))
            await (await bench.Ours.ServeManagedAsync(set, folder, cancel)).DisposeAsync();
        return await bench.Ours.ServeManagedAsync(set, folder, cancel);
    }

    private sealed record Row(string Source, string Set, string Contender, Target? Peak = null, Target? More = null)
    {
        public override string ToString() => $"{Source} {Set} by {Contender}";
    }
}
