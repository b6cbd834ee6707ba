using System.Diagnostics;
using System.IO.Compression;

namespace KvsRecords.Benchmarks.Measures;

/// <summary>The time of a download and the size of the archive, beside peers that serve the finished archive or make their own.</summary>
internal sealed class Downloads(Bench bench, string measure)
{
    // The level at which Go's archives come nearest to the size of ours: mixed 1.001 times it, 1.004 or more at a lower level.
    private const int EqualLevel = 6;

    private const int Crowded = 64;

    // What a peer should take at least, as a multiple of our time: for mixed, images and small.
    private static readonly Dictionary<(string Measure, string Peer), double?[]> LeastTimes = new()
    {
        [("splicing", Nginx.Name)] = [0.8, 0.9, 0.2],
        [("splicing", Nginx.Buffered)] = [0.7, 0.7, null],
        [("splicing", Go.Name)] = [60, null, 40],
        [("live", Go.Name)] = [1.5, 10, 1.5],
        [("kept", Nginx.Name)] = [0.8, 0.8, null],
        [("kept", Go.Name)] = [40, null, 10],
    };

    public async Task RunAsync()
    {
        var table = new Table(
            $"Downloads, {measure}: medians of {bench.Settings.Rounds} rounds", "<set", "<contender", "downloads", "first byte ms",
            "whole ms", "MB/s", "time ÷ ours", "<asked for", "archive bytes", "size ÷ ours", "<asked for");
        var crowds = new Table($"{Crowded} downloads at once from ours, medians", "<set", "slowest ÷ fastest", "<asked for");
        foreach (var name in Recipe.Downloaded.Where(bench.Settings.Sets.Contains))
        {
            var set = await bench.Sets.GetAsync(name);
            await using var field = new Field();
            await EnterAsync(set, field);
            AddRows(table, name, field, await MeasureAsync(set, field));
            if (measure == "splicing")
                await AddCrowdAsync(crowds, field[0], name);
        }
        bench.Report.Add(table);
        if (measure == "splicing")
            bench.Report.Add(crowds);
    }

    private async Task EnterAsync(DataSet set, Field field)
    {
        var (archive, managed) = (Ours.Archive(set.Name), bench.Scratch($"spliced-{set.Name}"));
        field.Add(measure switch
        {
            "splicing" => await bench.Ours.ServeManagedAsync(set, managed, Ours.KeepNone),
            "live" => await bench.Ours.ServeAsync(archive, "--storage", set.Storage, Ours.KeepNone),
            // Archives that have been downloaded before.
            _ => await bench.Ours.ServeAsync(archive, "--storage", set.Storage),
        });
        if (measure == "kept")
        {
            field.Add(await bench.Ours.ServeManagedAsync(set, managed));
            field[^1].Name = $"{Ours.Name}, managed";
        }
        if (measure != "live" && await bench.Nginx is { } nginx)
        {
            field.Add(await nginx.ServeAsync(Nginx.Name, Finished(field[0])));
            field.Add(await nginx.ServeAsync(Nginx.Buffered, Finished(field[0])));
        }
        if (await bench.Go is { } go)
            field.Add(await go.ServeAsync(set, measure == "live" ? null : EqualLevel));
    }

    private void AddRows(Table table, string set, Field field, List<DownloadTime>[] times)
    {
        var (ourTime, ourBytes) = (Whole(times[0]), times[0][0].Bytes);
        foreach (var (contender, downloads) in field.Select(server => server.Name).Zip(times))
        {
            var (whole, bytes) = (Whole(downloads), downloads[0].Bytes);
            var (time, size) = (whole / ourTime, (double)bytes / ourBytes);
            var least = LeastTimes.GetValueOrDefault((measure, contender))?.ElementAtOrDefault(Array.IndexOf(Recipe.Downloaded, set));
            table.Row(
                set, contender, $"{downloads.Count}", $"{Median.Of(downloads.Select(one => one.First)):N1}", $"{whole:N1}",
                $"{bytes / 1e3 / whole:N0}", $"{time:N2}", bench.Report.AtLeast($"{measure} {set}, time of {contender} ÷ ours", time, least),
                $"{bytes:N0}", $"{size:N3}",
                // Ours may be 1.02 times as large.
                bench.Report.AtLeast($"{measure} {set}, size of {contender}", size, measure == "live" && contender != Ours.Name ? 0.98 : null));
        }

        static double Whole(List<DownloadTime> downloads) => Median.Of(downloads.Select(one => one.Whole));
    }

    private async Task AddCrowdAsync(Table table, Server server, string set)
    {
        Report.Progress($"{Crowded} downloads of {set} at once");
        var spreads = new List<double>();
        // The first makes what is made once for so many: connections of the database, threads.
        for (var round = 0; round <= (bench.Settings.Quick ? 1 : 3); round++)
            spreads.Add((await Crowd.RunAsync(Crowded, _ => new Connection(server.Address), Download, bench.Cancel)).Spread);
        var spread = Median.Of(spreads.Skip(1));
        table.Row(set, $"{spread:N2}", bench.Report.AtMost($"slowest ÷ fastest of {Crowded}, {set}", spread, 2));

        long Download(Connection client) => client.Download(Connection.Get(server.Address));
    }

    private async Task<List<DownloadTime>[]> MeasureAsync(DataSet set, Field field)
    {
        Report.Progress($"{measure} {set.Name}: looking whether the archives are whole");
        var sizes = new Dictionary<Server, long>();
        foreach (var server in field)
            sizes[server] = await Task.Run(() => Save(server, set), bench.Cancel);
        Report.Progress($"{measure} {set.Name}: {bench.Settings.Rounds} rounds");
        var turn = TimeSpan.FromSeconds(bench.Settings.Quick ? 0.05 : 0.5);
        // The first rounds warm up: the runtime compiles a hot path anew after 30 calls of a method, and lets some time pass before.
        return await Rounds.RunAsync(
            field, bench.Settings.Rounds, server => Task.Run(() => TakeTurn(server, sizes[server], turn), bench.Cancel), warmUps: 2);
    }

    // Downloads once, and again as long as the time is not over.
    private static List<DownloadTime> TakeTurn(Server server, long bytes, TimeSpan time)
    {
        var (start, times) = (Stopwatch.GetTimestamp(), new List<DownloadTime>());
        do
        {
            times.Add(server.Time());
            if (times[^1].Bytes != bytes)
                throw new BenchmarkException($"{server.Name} sent an archive of {times[^1].Bytes:N0} bytes, after one of {bytes:N0}");
        }
        while (Stopwatch.GetElapsedTime(start) < time);
        return times;
    }

    // Downloads an archive into a file, counts what comes out of it, not what its directory says, and returns its length.
    private long Save(Server server, DataSet set)
    {
        using var saved = File.Create(Finished(server));
        var (_, _, bytes) = server.Time(take: saved.Write);
        using var archive = new ZipArchive(saved, ZipArchiveMode.Read, leaveOpen: true);
        var (records, content) = (archive.Entries.Count, archive.Entries.Sum(Inflate));
        return (records, content) == (set.Records, set.Bytes)
            ? bytes
            : throw new BenchmarkException($"an archive of {records} records and {content} bytes, not {set.Records} and {set.Bytes}");
    }

    // The archive of ours stays there for nginx.
    private string Finished(Server server) => bench.Scratch($"finished-by-{server.Name}.zip");

    private static long Inflate(ZipArchiveEntry entry)
    {
        using var stream = entry.Open();
        var (buffer, content) = (new byte[1 << 16], 0L);
        for (int read; (read = stream.Read(buffer)) > 0;)
            content += read;
        return content;
    }
}
