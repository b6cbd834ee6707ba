namespace KvsRecords.Benchmarks.Measures;

/// <summary>The memory that one download takes of a fresh process: of ten records to a million, and of long ones.</summary>
internal static class Memory
{
    private static readonly Row[] Rows =
    [
        new("managed", Recipe.Ten, Ours.Name, More: 4.2),
        new("managed", "many", Ours.Name, More: 4.2),
        new("managed", "million", Ours.Name, More: 4.2),
        new("live", Recipe.Ten, Ours.Name),
        new("live", "many", Ours.Name, Peak: 180),
        new("live", "many", Go.Name),
        new("live", "million", Ours.Name),
        new("live", "huge", Ours.Name, Peak: 150),
        new("live", "huge", Go.Name),
    ];

    public static async Task RunAsync(Bench bench)
    {
        var table = new Table(
            "Resident memory of one download by a fresh process",
            "<source", "<set", "records", "<contender", "idle MB", "peak MB", "<asked for", "more MB", "<asked for");
        foreach (var row in Rows)
        {
            Report.Progress($"memory: {row}");
            var set = row.Set == Recipe.Ten ? (await bench.Sets.GetAsync("many")).Ten : await bench.Sets.GetAsync(row.Set);
            await using var server = await StartAsync(bench, row, set);
            if (server is null)
                continue;
            // Idle is a server that has sent a small archive: the code of a download is then loaded.
            if (server.Name == Ours.Name)
                server.Time(Ours.Archive(Recipe.Ten));
            var idle = await server.RestAsync();
            await Task.Run(() => server.Time(), bench.Cancel);
            var (_, peak) = server.ResidentMemory();
            table.Row(
                row.Source, row.Set, $"{set.Records:N0}", row.Contender, $"{idle:N1}",
                $"{peak:N1}", bench.Report.AtMost($"memory, {row}", peak, row.Peak, " MB"),
                $"{peak - idle:N1}", bench.Report.AtMost($"memory over idle, {row}", peak - idle, row.More, " MB"));
        }
        bench.Report.Add(table);
    }

    private static async Task<Server?> StartAsync(Bench bench, Row row, DataSet set)
    {
        if (row.Contender == Go.Name)
            return await bench.Go is { } go ? await go.ServeAsync(set, level: null) : null;
        if (row.Source == "live")
            return await bench.Ours.ServeAsync(Ours.Archive(set.Name), "--storage", set.Storage);
        // The process that fills the store is another one.
        var folder = bench.Scratch($"memory-{Path.GetFileName(set.Storage)}");
        if (!Directory.Exists(folder))
            await (await bench.Ours.ServeManagedAsync(set, folder)).DisposeAsync();
        return await bench.Ours.ServeManagedAsync(set, folder);
    }

    private sealed record Row(string Source, string Set, string Contender, double? Peak = null, double? More = null)
    {
        public override string ToString() => $"{Source} {Set} by {Contender}";
    }
}
