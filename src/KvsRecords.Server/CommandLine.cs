using System.CommandLine;
using KvsRecords.Server.Commands;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server;

/// <summary>The commands of the program and their flags.</summary>
internal static class CommandLine
{
    private const int WrongCommandLine = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand(
            "Key-value stores of the Apify API on this machine: kept in a folder of its own, or read from a crawler's storage folder.");
        var flags = new SettingFlags();
        var serve = new Command("serve", "Serves the stores until it is stopped. This is what happens without a command, too.");
        flags.AddTo(root, Setting.All);
        flags.AddTo(serve, Setting.All);
        root.SetAction((parsed, _) => Attempt.RunAsync(() => ServeCommand.RunAsync(flags.Given(parsed))));
        serve.SetAction((parsed, _) => Attempt.RunAsync(() => ServeCommand.RunAsync(flags.Given(parsed))));
        root.Add(serve);

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
}
