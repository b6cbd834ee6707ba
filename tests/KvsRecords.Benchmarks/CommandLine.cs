using System.CommandLine;
using KvsRecords.Benchmarks.Measures;

namespace KvsRecords.Benchmarks;

/// <summary>The values of the options.</summary>
internal sealed record Settings(
    bool Quick, string[] Measures, int Rounds, int Seconds, string[] Sets, string[] Peers, FileInfo? Server, FileInfo? Markdown);

/// <summary>The options, and the way from them to <see cref="Settings"/>.</summary>
internal static class CommandLine
{
    private static readonly Option<bool> Quick = Option("--quick", "Tiny sets: shows that it works; the figures mean nothing.", false);
    private static readonly Option<string[]> Measures = Names("--measures", "What to measure.", [.. Measure.All.Select(one => one.Name)]);
    private static readonly Option<int> Rounds = Option("--rounds", "In each of them, every contender takes its turn.", 5);
    private static readonly Option<int> Seconds = Option("--seconds", "How long 'load' lasts; 3 with --quick.", 120);
    private static readonly Option<string[]> Sets = Names("--sets", "Which sets to download in 'splicing' and 'live'.", Recipe.Downloaded);
    private static readonly Option<string[]> Peers = Names("--peers", "Peers to measure, or none.", [Nginx.Name, Go.Name, Azurite.Name]);
    private static readonly Option<FileInfo?> Server =
        Option<FileInfo?>("--server", "Measures this server, not the build in this repository (in 'start': the native one).", null);
    private static readonly Option<FileInfo?> Markdown = Option<FileInfo?>("--markdown", "Also writes the report to this file.", null);

    public static Task<int> InvokeAsync(string[] args, Func<Settings, CancellationToken, Task<int>> run)
    {
        var root = new RootCommand("Measures the kvs-records server beside its peers.")
        {
            Quick, Measures, Rounds, Seconds, Sets, Peers, Server, Markdown,
        };
        root.SetAction(async (parsed, cancel) =>
        {
            var quick = parsed.GetValue(Quick);
            var settings = new Settings(
                quick, parsed.GetValue(Measures)!, Math.Max(1, parsed.GetValue(Rounds)), quick ? 3 : parsed.GetValue(Seconds),
                parsed.GetValue(Sets)!, parsed.GetValue(Peers)!, parsed.GetValue(Server), parsed.GetValue(Markdown));
            try
            {
                return await run(settings, cancel);
            }
            catch (Exception failure) when (cancel.IsCancellationRequested || failure is BenchmarkException)
            {
                await Console.Error.WriteLineAsync(cancel.IsCancellationRequested ? "Stopped." : failure.Message);
                return 1;
            }
        });
        // After Ctrl-C the servers are still to be ended and several gigabytes to be deleted.
        return root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) });
    }

    private static Option<T> Option<T>(string name, string description, T usual) =>
        new(name) { Description = description, DefaultValueFactory = _ => usual };

    private static Option<string[]> Names(string name, string description, string[] known) => new(name)
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
}
