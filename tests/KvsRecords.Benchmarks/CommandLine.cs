using System.CommandLine;
using System.CommandLine.Parsing;

namespace KvsRecords.Benchmarks;

/// <summary>The options, and the way from them to <see cref="Settings"/>.</summary>
internal static class CommandLine
{
    private static readonly string[] Whose = ["ours", "peers"];

    private static readonly Option<bool> Quick = new("--quick")
    {
        Description = "Tiny sets: shows in seconds that everything works; its figures mean nothing.",
    };

    private static readonly Option<int?> Rounds = new("--rounds")
    {
        Description = "Counted turns per contender and line. [default: 5; 2 with --quick]",
        Validators =
        {
            result =>
            {
                if (result.Tokens is [var token] && int.TryParse(token.Value, out var rounds) && rounds < 1)
                    result.AddError("--rounds is at least 1.");
            },
        },
    };

    private static readonly Option<int?> Seconds = new("--seconds")
    {
        Description = "How long 'load' lasts. [default: 120; 3 with --quick]",
    };

    private static readonly Option<string[]> What = Names("--measures", "What to measure.", Measures.Names);

    private static readonly Option<string[]> Sets = Names("--sets", "Which sets to serve and to seed.", DataSets.Names);

    private static readonly Option<string[]> Peers =
        Names("--peers", "Which peers to compare with; none for none.", Contenders.Peers);

    private static readonly Option<string[]> Only = Names("--only", "Leave the others out.", Whose);

    private static readonly Option<FileInfo?> Server = new("--server")
    {
        Description = "The server to measure. [default: its Release build in this repository]",
    };

    private static readonly Option<FileInfo?> Markdown = new("--markdown")
    {
        Description = "Also write the report to this file, as Markdown.",
    };

    private static readonly Option<DirectoryInfo?> Data = new("--data")
    {
        Description = "Keep the sets in this folder, and use those that are there. [default: a temporary folder]",
    };

    public static Task<int> InvokeAsync(string[] args, Func<Settings, CancellationToken, Task<int>> run)
    {
        var root = new RootCommand("Measures the kvs-records server beside its peers.")
        {
            Quick, What, Rounds, Seconds, Sets, Peers, Only, Server, Markdown, Data,
        };
        root.SetAction(async (parsed, cancel) =>
        {
            try
            {
                return await run(Settings(parsed), cancel);
            }
            catch (Exception) when (cancel.IsCancellationRequested)
            {
                await Console.Error.WriteLineAsync("Stopped.");
                return 1;
            }
            catch (BenchmarkException failure)
            {
                await Console.Error.WriteLineAsync(failure.Message);
                return 1;
            }
        });
        // After Ctrl-C the servers are still to be ended and several gigabytes to be deleted.
        var patient = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(2) };
        return root.Parse(args).InvokeAsync(patient);
    }

    private static Settings Settings(ParseResult parsed)
    {
        var quick = parsed.GetValue(Quick);
        var only = parsed.GetValue(Only)!;
        string[] ours = only.Contains("ours") ? [OurProgram.ShortName] : [];
        string[] peers = only.Contains("peers") ? parsed.GetValue(Peers)! : [];
        return new Settings(
            quick,
            parsed.GetValue(What)!,
            parsed.GetValue(Rounds) ?? (quick ? 2 : 5),
            parsed.GetValue(Seconds) ?? (quick ? 3 : 120),
            parsed.GetValue(Sets)!,
            [.. ours, .. peers],
            parsed.GetValue(Server),
            parsed.GetValue(Markdown),
            parsed.GetValue(Data));
    }

    private static Option<string[]> Names(string name, string description, IReadOnlyList<string> known) => new(name)
    {
        Description = description,
        HelpName = string.Join(',', known),
        DefaultValueFactory = _ => [.. known],
        CustomParser = result => Split(result, known),
    };

    private static string[] Split(ArgumentResult result, IReadOnlyList<string> known)
    {
        const StringSplitOptions Tidy = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        var names = result.Tokens.SelectMany(token => token.Value.Split(',', Tidy)).Where(name => name != "none").ToArray();
        foreach (var unknown in names.Except(known))
            result.AddError($"'{unknown}' is none of {string.Join(", ", known)}.");
        // In the order of the benchmark, whatever that of the command line.
        return [.. known.Where(names.Contains)];
    }
}
