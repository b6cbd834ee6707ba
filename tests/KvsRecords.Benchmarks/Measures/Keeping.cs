namespace KvsRecords.Benchmarks.Measures;

/// <summary>The first download of a live folder, with its archive kept and not, and the second one beside a listing of the folder.</summary>
internal static class Keeping
{
    // A folder that was just changed has no version yet, and its archive is not kept.
    private static readonly TimeSpan UntilSettled = TimeSpan.FromSeconds(2.5);

    private static readonly Dictionary<string, (double? More, double? Listing, double? Faster)> Targets = new()
    {
        ["mixed"] = (1.1, null, null),
        ["small"] = (1.1, 2, 5),
    };

    public static async Task RunAsync(Bench bench, CancellationToken cancel)
    {
        var table = new Table(
            $"Live folders whose archives are kept: medians of {bench.Settings.Rounds} rounds, in ms",
            "<set", "first, not kept", "first, kept", "÷", "<asked for", "second", "ls -l", "second ÷ ls -l", "<asked for", "first ÷ second", "<asked for");
        foreach (var name in Recipe.Downloaded.Where(bench.Settings.Sets.Contains))
        {
            var set = await bench.Sets.GetAsync(name, cancel);
            await using var kept = await bench.Ours.ServeLiveAsync(set.Storage, Ours.Archive(name), cancel);
            await using var plain = await bench.Ours.ServeLiveAsync(set.Storage, Ours.Archive(name), cancel, "--archive-cache", "0");
            var file = Directory.EnumerateFiles(set.Folder).First();
            var times = Enumerable.Range(0, 4).Select(_ => new List<double>()).ToArray();
            // The first rounds warm up.
            for (var round = -2; round < bench.Settings.Rounds; round++)
            {
                Report.Progress($"keeping {name}: round {round + 1} of {bench.Settings.Rounds}");
                File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddYears(50).AddSeconds(round));
                await Task.Delay(UntilSettled, cancel);
                var firsts = round % 2 == 0 ? [plain.Time(), kept.Time()] : new[] { kept.Time(), plain.Time() }.Reverse();
                double[] all = [.. firsts.Select(time => time.Whole), kept.Time().Whole, await Tool.TimeListingAsync(set.Folder, cancel)];
                foreach (var (list, time) in times.Zip(all).Where(_ => round >= 0))
                    list.Add(time);
            }
            var (without, first, second, ls) = (Median.Of(times[0]), Median.Of(times[1]), Median.Of(times[2]), Median.Of(times[3]));
            var (more, listing, faster) = Targets.GetValueOrDefault(name);
            table.Row(
                name, $"{without:N1}", $"{first:N1}", $"{first / without:N2}", bench.Report.Judge($"keeping {name}", first / without, more is { } most ? Target.AtMost(most) : null),
                $"{second:N1}", $"{ls:N1}", $"{second / ls:N2}", bench.Report.Judge($"second {name} ÷ ls -l", second / ls, listing is { } atMost ? Target.AtMost(atMost) : null),
                $"{without / second:N1}", bench.Report.Judge($"first {name} ÷ second", without / second, Target.AtLeast(faster)));
        }
        bench.Report.Add(table);
    }
}
