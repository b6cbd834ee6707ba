using System.Diagnostics;

namespace KvsRecords.Benchmarks.LiveFolder;

/// <summary>Whether a record and a page of keys cost the same in a large store of a live folder as in a small one, also beside a writer.</summary>
internal sealed class FolderTimer(OurProgram ours, Settings settings, TempFolder scratch)
{
    private const int WarmUps = 20;

    // A folder is as good as unchanged two seconds after a change.
    private static readonly TimeSpan UntilStill = TimeSpan.FromSeconds(2.5);

    private readonly int _runs = settings.Quick ? 5 : 101;

    private readonly FolderStore _small = new("small", 1_000);

    private readonly FolderStore _large = new("large", settings.Quick ? 3_000 : 150_000);

    private readonly FolderStore _sidecars = new("sidecars", settings.Quick ? 3_000 : 150_000, HasSidecars: true);

    private readonly string _storage = scratch.Inside("live-folder");

    public async Task RunAsync(Report report, CancellationToken cancel)
    {
        Report.Progress($"folder: making stores of {_small.Files:N0} and {_large.Files:N0} files");
        foreach (var store in new[] { _small, _large, _sidecars })
            store.Fill(_storage);

        Report.Progress("folder: first listings");
        await ListAsync(report, cancel);
        await using var server = await StartAsync(cancel);
        using var client = new FolderClient(server.Origin);
        Report.Progress("folder: records and pages, unchanged");
        await Task.Delay(UntilStill, cancel);
        Compare(client, report);
        Report.Progress("folder: records and pages beside a writer");
        await BesideWriterAsync(client, report);
    }

    // A fresh process each time, warmed up by the small store.
    private async Task ListAsync(Report report, CancellationToken cancel)
    {
        var table = new Table(
            $"First listing of a folder of {_large.Files:N0} files, medians of {settings.Rounds}", "<store", "listing ms", "ls -l ms", "listing / ls -l", "<target");
        foreach (var store in new[] { _large, _sidecars })
        {
            var (listing, ls) = (new List<double>(), new List<double>());
            for (var round = 0; round < settings.Rounds; round++)
            {
                ls.Add(await LsAsync(store, cancel));
                await using var server = await StartAsync(cancel);
                using var client = new FolderClient(server.Origin);
                for (var run = 0; run < WarmUps; run++)
                    client.Record(_small);
                listing.Add(client.Record(store));
            }

            var ratio = Median.Of(listing) / Median.Of(ls);
            if (!store.HasSidecars)
                report.Measured(FolderTargets.Listing, ratio);
            table.Row(
                store.HasSidecars ? "half of them sidecars" : "without sidecars", $"{Median.Of(listing):N0}", $"{Median.Of(ls):N0}", $"{ratio:N2}",
                store.HasSidecars ? "" : FolderTargets.Listing.Bound);
        }

        report.Add(table);
    }

    private void Compare(FolderClient client, Report report)
    {
        var table = new Table(
            $"A record, and a page of 1,000 keys, in an unchanged folder, medians of {_runs}",
            "<store", "record ms", "page ms", "record / small", "page / small", "<target");
        var times = new[] { _small, _large, _sidecars }.ToDictionary(store => store, _ => (Record: new List<double>(), Page: new List<double>()));
        for (var run = -WarmUps; run < _runs; run++)
        {
            foreach (var (store, (record, page)) in times)
            {
                var (one, many) = (client.Record(store), client.Page(store));
                if (run < 0)
                    continue;
                record.Add(one);
                page.Add(many);
            }
        }

        var (smallRecord, smallPage) = (Median.Of(times[_small].Record), Median.Of(times[_small].Page));
        foreach (var (store, (record, page)) in times)
            table.Row(store.Name, $"{Median.Of(record):N2}", $"{Median.Of(page):N2}", $"{Median.Of(record) / smallRecord:N2}", $"{Median.Of(page) / smallPage:N2}", FolderTargets.Record.Bound);
        report.Measured(FolderTargets.Record, times.Max(time => Median.Of(time.Value.Record)) / smallRecord);
        report.Measured(FolderTargets.Page, times.Max(time => Median.Of(time.Value.Page)) / smallPage);
        report.Add(table);
    }

    private async Task BesideWriterAsync(FolderClient client, Report report)
    {
        var table = new Table(
            "Beside a writer that changes the folder all the time, medians of 15", "<store", "one listing ms", "record ms", "page ms", "worst / listing", "<target");
        var worst = 0d;
        foreach (var store in new[] { _large, _sidecars })
        {
            var folder = store.Path(_storage);
            var listing = Median.Of(Times(() =>
            {
                FolderWriter.Write(folder);
                return client.Record(store);
            }));
            await using var writer = new FolderWriter(folder);
            var (record, page) = (Median.Of(Times(() => client.Record(store))), Median.Of(Times(() => client.Page(store))));
            var ratio = Math.Max(record, page) / listing;
            worst = Math.Max(worst, ratio);
            table.Row(store.Name, $"{listing:N0}", $"{record:N0}", $"{page:N0}", $"{ratio:N2}", FolderTargets.BesideWriter.Bound);
        }

        report.Measured(FolderTargets.BesideWriter, worst);
        report.Add(table);

        static double[] Times(Func<double> ask) => [.. Enumerable.Range(0, 15).Select(_ => ask())];
    }

    private Task<ServerProcess> StartAsync(CancellationToken cancel) =>
        ServerProcess.StartAsync(ours.Serve("--storage", _storage, "--log-level", "error"), cancel);

    private async Task<double> LsAsync(FolderStore store, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        using var shell = Process.Start("/bin/sh", ["-c", "LC_ALL=C ls -l \"$1\" > /dev/null", "sh", store.Path(_storage)]);
        await shell.WaitForExitAsync(cancel);
        return shell.ExitCode == 0
            ? Stopwatch.GetElapsedTime(start).TotalMilliseconds
            : throw new BenchmarkException($"ls ended with {shell.ExitCode}.");
    }
}
