using System.CommandLine;
using KvsRecords.Benchmarks;

if (HealthProbe.Runs(args))
    return 0;

var quick = Option("--quick", "Tiny sets: shows that it works; the figures mean nothing.", false);
var measures = Names("--measures", "What to measure.", [.. Bench.Measures.Select(measure => measure.Name)]);
var rounds = Option("--rounds", "In each of them, every contender takes its turn.", 5);
var seconds = Option("--seconds", "How long 'load' lasts; 3 with --quick.", 120);
var sets = Names("--sets", "Which sets to download.", Recipe.Downloaded);
var peers = Names("--peers", "Peers to measure, or none.", [Nginx.Name, Go.Name, Azurite.Name]);
var server = Option<FileInfo?>("--server", "Measures this server, not the build in this repository (in 'start': the native one).", null);
var markdown = Option<FileInfo?>("--markdown", "Also writes the report to this file.", null);

var root = new RootCommand("Measures the kvs-records server beside its peers.")
{
    quick, measures, rounds, seconds, sets, peers, server, markdown,
};
root.SetAction(async (parsed, cancel) =>
{
    var settings = new Settings(
        parsed.GetValue(quick), parsed.GetValue(measures)!, Math.Max(1, parsed.GetValue(rounds)),
        parsed.GetValue(quick) ? 3 : parsed.GetValue(seconds), parsed.GetValue(sets)!, parsed.GetValue(peers)!,
        parsed.GetValue(server), parsed.GetValue(markdown));
    try
    {
        using var bench = new Bench(settings, cancel);
        bench.Report.About($"Command line: {string.Join(' ', args)}");
        return await bench.RunAsync();
    }
    catch (Exception failure) when (cancel.IsCancellationRequested || failure is BenchmarkException)
    {
        await Console.Error.WriteLineAsync(cancel.IsCancellationRequested ? "Stopped." : failure.Message);
        return 1;
    }
});
// After Ctrl-C the servers are still to be ended and several gigabytes to be deleted.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });

static Option<T> Option<T>(string name, string description, T usual) =>
    new(name) { Description = description, DefaultValueFactory = _ => usual };

static Option<string[]> Names(string name, string description, string[] known) => new(name)
{
    Description = description,
    HelpName = string.Join(',', known),
    DefaultValueFactory = _ => known,
    CustomParser = result =>
    {
        var names = result.Tokens.SelectMany(token => token.Value.Split(',')).Where(given => given is not ("" or "none")).ToArray();
        foreach (var unknown in names.Except(known))
            result.AddError($"'{unknown}' is none of {string.Join(", ", known)}.");
        return names;
    },
};
