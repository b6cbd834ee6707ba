using System.Text;

namespace KvsRecords.Benchmarks.Measures;

/// <summary>One record, and one page of 1,000 keys, of large live folders beside a small one: unchanged, and beside a writer.</summary>
internal sealed class Folders(Bench bench)
{
    private readonly Store[] _stores =
    [
        new(bench.Scratch("live-folder"), "small", 1_000),
        new(bench.Scratch("live-folder"), "large", bench.Settings.Quick ? 3_000 : 150_000),
        // As many files, of which every other is a sidecar.
        new(bench.Scratch("live-folder"), "sidecars", bench.Settings.Quick ? 3_000 : 150_000, HasSidecars: true),
    ];

    private readonly Table _table = new(
        $"Live folders of {(bench.Settings.Quick ? "3,000" : "150,000")} files, medians in ms",
        "<what", "small", "large", "sidecars", "<÷", "large ÷", "<asked for", "sidecars ÷", "<asked for");

    public async Task RunAsync()
    {
        Report.Progress("folder: making the stores");
        foreach (var store in _stores)
            store.Fill();
        var ls = await MediansAsync("ls -l", bench.Settings.Rounds, store => Tool.TimeListingAsync(store.Folder, bench.Cancel));
        // With sidecars it is only reported.
        await MediansAsync("the first record of a fresh process", bench.Settings.Rounds, FirstAsync, "ls -l", ls, judgesSidecars: false);

        await using var server = await bench.Ours.ServeAsync("/", "--storage", _stores[0].Storage);
        // A folder counts as unchanged two seconds after its last change.
        await Task.Delay(TimeSpan.FromSeconds(2.5), bench.Cancel);
        var runs = bench.Settings.Quick ? 5 : 101;
        await MediansAsync("a record, unchanged", runs, store => Task.FromResult(store.Record(server)), "small");
        await MediansAsync("a page, unchanged", runs, store => Task.FromResult(store.Page(server)), "small");
        var listing = await MediansAsync("one listing, after a change", 15, store => Task.FromResult(store.Changed().Record(server)));
        await MediansAsync("a record beside a writer", 15, store => BesideWriterAsync(store, store.Record, server), "listing", listing);
        await MediansAsync("a page beside a writer", 15, store => BesideWriterAsync(store, store.Page, server), "listing", listing);
        bench.Report.Add(_table);
    }

    private async Task<double[]> MediansAsync(
        string what, int runs, Func<Store, Task<double>> measure, string? by = null, double[]? beside = null, bool judgesSidecars = true)
    {
        Report.Progress($"folder: {what}");
        var medians = await Rounds.MediansAsync(_stores, runs, measure, warmUps: 1 + (runs / 5));
        var ratios = medians.Select((time, i) => by is null ? (double?)null : time / (beside?[i] ?? medians[0])).ToArray();
        _table.Row(
            what, $"{medians[0]:N2}", $"{medians[1]:N2}", $"{medians[2]:N2}", by ?? "",
            $"{ratios[1]:N2}", bench.Report.AtMost($"{what} ÷ {by}, large", ratios[1], 2),
            $"{ratios[2]:N2}", bench.Report.AtMost($"{what} ÷ {by}, sidecars", ratios[2], judgesSidecars ? 2 : null));
        return medians;
    }

    private async Task<double> FirstAsync(Store store)
    {
        await using var server = await bench.Ours.ServeAsync("/", "--storage", store.Storage);
        // Another store warms up the process.
        for (var run = 0; run < 20; run++)
            _stores[store == _stores[0] ? 1 : 0].Record(server);
        return store.Record(server);
    }

    private async Task<double> BesideWriterAsync(Store store, Func<Server, double> ask, Server server)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(bench.Cancel);
        var writing = Task.Run(() =>
        {
            while (!over.Token.WaitHandle.WaitOne(2))
                store.Changed();
        }, bench.Cancel);
        ask(server);
        var time = ask(server);
        await over.CancelAsync();
        await writing;
        return time;
    }

    /// <summary>A store of small records whose keys are numbers, with sidecars as Crawlee for Python writes them, or without.</summary>
    private sealed record Store(string Storage, string Name, int Files, bool HasSidecars = false)
    {
        private int Records => HasSidecars ? Files / 2 : Files;

        public string Folder => Path.Combine(Storage, "key_value_stores", Name);

        public void Fill()
        {
            Directory.CreateDirectory(Folder);
            for (var number = 0; number < Records; number++)
            {
                var path = Path.Combine(Folder, Key(number));
                File.WriteAllText(HasSidecars ? path : $"{path}.json", Body(number));
                if (HasSidecars)
                    File.WriteAllText($"{path}.__metadata__.json", $$"""{"key": "{{Key(number)}}", "content_type": "application/json"}""");
            }
        }

        /// <summary>Writes into a new file, which then gets the name of an old one, as Crawlee for Python does.</summary>
        public Store Changed()
        {
            var path = Path.Combine(Folder, "written.json");
            File.WriteAllText($"{path}.x1y2z3.tmp", "{}");
            File.Move($"{path}.x1y2z3.tmp", path, overwrite: true);
            return this;
        }

        /// <summary>Milliseconds for one record from the middle.</summary>
        public double Record(Server server) => Ask(server, $"records/{Key(Records / 2)}", Body(Records / 2));

        /// <summary>Milliseconds for a page of 1,000 keys from the middle, or of all.</summary>
        public double Page(Server server)
        {
            var first = Math.Min(Records / 2, Records - 1_000);
            var start = first == 0 ? "" : $"&exclusiveStartKey={Key(first - 1)}";
            return Ask(server, $"keys?limit=1000{start}", $"\"{Key(first)}\"", $"\"{Key(first + 999)}\"");
        }

        private static string Key(int number) => $"product-{number:D8}";

        private static string Body(int number) => $$"""{"number":{{number}}}""";

        private double Ask(Server server, string what, params string[] expected)
        {
            using var body = new MemoryStream();
            var time = server.Time($"/v2/key-value-stores/dev~{Name}/{what}", body.Write);
            var text = Encoding.UTF8.GetString(body.ToArray());
            return expected.All(text.Contains) ? time.Whole : throw new BenchmarkException($"{what} of {Name} was answered wrongly");
        }
    }
}
