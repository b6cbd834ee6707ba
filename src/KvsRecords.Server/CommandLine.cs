using System.CommandLine;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server;

/// <summary>The commands of the program and their flags.</summary>
internal static class CommandLine
{
    private const int WrongCommandLine = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("Serves a crawler's storage folder as the key-value stores of the Apify API.");
        var serve = new Command("serve", "Serves the folder until it is stopped. This is what happens without a command, too.");
        root.Add(serve);

        // Recursive: they may stand before the command and after it.
        var flags = Setting.All.Select(setting => (Setting: setting, Option: OptionOf(setting))).ToList();
        flags.ForEach(flag => root.Add(flag.Option));
        root.SetAction((parsed, _) => ServeCommand.RunAsync(Given(parsed, flags)));
        serve.SetAction((parsed, _) => ServeCommand.RunAsync(Given(parsed, flags)));

        // The host of a WebApplicationFactory passes these on the command line; the server has no use for them.
        foreach (var name in (string[])["--environment", "--contentRoot", "--applicationName"])
            root.Add(new Option<string>(name) { Hidden = true, Recursive = true });

        // An argument that begins with @ is an argument, and not the name of a file with more of them.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count == 0)
        {
            // The host answers to signals itself: it lets downloads finish for longer than the two seconds that it would get here.
            return await parsed.InvokeAsync(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            });
        }

        Terminal.Complain(parsed.Errors.Select(error => error.Message));
        return WrongCommandLine;
    }

    private static Dictionary<Setting, string> Given(ParseResult parsed, List<(Setting Setting, Option<string> Option)> flags) => flags
        .Where(flag => parsed.GetResult(flag.Option) is { Implicit: false })
        .ToDictionary(flag => flag.Setting, flag => parsed.GetValue(flag.Option) ?? "");

    private static Option<string> OptionOf(Setting setting) => new(setting.Flag)
    {
        Recursive = true,
        HelpName = setting.Placeholder,
        Description = $"{setting.Allowed} [{setting.Variable}]",
    };
}
