namespace KvsRecords.Benchmarks.Measures;

/// <summary>The first download of a live folder with its archive kept and not, and the second one beside a listing of the folder.</summary>
internal static class Keeping
{
    // A folder that was just changed has no version yet, and its archive is not kept.
    private static readonly TimeSpan UntilSettled = TimeSpan.FromSeconds(2.5);

    private static readonly Dictionary<string, (double? More, double? Listing, double? Faster)> Limits = new()
    {
        ["mixed"] = (1.1, null, null),
        ["small"] = (1.1, 2, 5),
    };

    public static async Task RunAsync(Bench bench)
    {
        var table = new Table(
            $"Live folders whose archives are kept: medians of {bench.Settings.Rounds} rounds, in ms",
            "<set", "first, not kept", "first, kept", "÷", "<asked for", "second", "ls -l", "second ÷ ls -l", "<asked for",
            "first ÷ second", "<asked for");
        foreach (var name in Recipe.Downloaded.Where(bench.Settings.Sets.Contains))
        {
            Report.Progress($"keeping {name}");
            var set = await bench.Sets.GetAsync(name);
            await using var plain = await bench.Ours.ServeAsync(Ours.Archive(name), "--storage", set.Storage, Ours.KeepNone);
            await using var kept = await bench.Ours.ServeAsync(Ours.Archive(name), "--storage", set.Storage);
            var file = Directory.EnumerateFiles(set.Folder).First();
            var times = new List<(double Without, double First, double Second, double Listing)>();
            // The first rounds warm up.
            for (var round = -2; round < bench.Settings.Rounds; round++)
            {
                File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(50).AddSeconds(round));
                await Task.Delay(UntilSettled, bench.Cancel);
                Server[] order = round % 2 == 0 ? [plain, kept] : [kept, plain];
                var firsts = order.ToDictionary(server => server, server => server.Time().Whole);
                var again = kept.Time().Whole;
                var listed = await Tool.TimeListingAsync(set.Folder, bench.Cancel);
                if (round >= 0)
                    times.Add((firsts[plain], firsts[kept], again, listed));
            }
            var (without, first) = (Median.Of(times.Select(time => time.Without)), Median.Of(times.Select(time => time.First)));
            var (second, ls) = (Median.Of(times.Select(time => time.Second)), Median.Of(times.Select(time => time.Listing)));
            var (more, listing, faster) = Limits.GetValueOrDefault(name);
            table.Row(
                name, $"{without:N1}", $"{first:N1}",
                $"{first / without:N2}", bench.Report.AtMost($"keeping {name}", first / without, more), $"{second:N1}", $"{ls:N1}",
                $"{second / ls:N2}", bench.Report.AtMost($"second {name} ÷ ls -l", second / ls, listing),
                $"{without / second:N1}", bench.Report.AtLeast($"first {name} ÷ second", without / second, faster));
        }
        bench.Report.Add(table);
    }
}
