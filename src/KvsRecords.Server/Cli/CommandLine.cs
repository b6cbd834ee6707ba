using System.CommandLine;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Cli;

/// <summary>The commands of the program and their flags.</summary>
internal static class CommandLine
{
    private const int WrongCommandLine = 2;

    public static async Task<int> RunAsync(string[] args)
    {
        // An argument that begins with @ is an argument, and not the name of a file with more of them.
        var parsed = Root().Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
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

    private static RootCommand Root()
    {
        var flags = new SettingFlags();
        var root = new RootCommand(
            "Key-value stores of the Apify API on this machine: kept in a folder of its own, or read from a crawler's storage folder.");
        flags.AddTo(root, Setting.All);
        Run(root, parsed => ServeCommand.RunAsync(flags.Given(parsed)));
        root.Add(Serve(flags));
        root.Add(Export(flags));
        root.Add(Verify(flags));
        root.Add(Health(flags));

        // The host of a WebApplicationFactory passes these on the command line; the server has no use for them.
        foreach (var name in (string[])["--environment", "--contentRoot", "--applicationName"])
            root.Add(new Option<string>(name) { Hidden = true, Recursive = true });
        return root;
    }

    private static Command Serve(SettingFlags flags)
    {
        var serve = new Command("serve", "Serves the stores until it is stopped. This is what happens without a command, too.");
        flags.AddTo(serve, Setting.All);
        Run(serve, parsed => ServeCommand.RunAsync(flags.Given(parsed)));
        return serve;
    }

    private static Command Export(SettingFlags flags)
    {
        var store = new Argument<string>("STORE") { Description = "its id, username~name, or the name of a store of the first user" };
        var output = new Option<string>("-o", "--output")
        {
            HelpName = "FILE.zip|DIR/",
            Description = "the archive, replaced when the new one is whole; or a storage folder, in which the store must not be there yet; "
                + "NAME.zip by default",
        };
        var prefix = new Option<string>("--prefix") { HelpName = "TEXT", Description = "only records whose key starts with it" };
        var collection = new Option<string>("--collection") { HelpName = "ID", Description = "only records of this collection of the store's schema" };
        var export = new Command("export", "Writes a store to a ZIP archive, as it would be downloaded, or to a crawler's storage folder.")
        {
            store, output, prefix, collection,
        };
        flags.AddTo(export, Setting.OfReading);
        Run(export, parsed =>
        {
            var command = new ExportCommand(
                parsed.GetRequiredValue(store), parsed.GetValue(output), parsed.GetValue(prefix), parsed.GetValue(collection));
            return command.RunAsync(flags.Given(parsed));
        });
        return export;
    }

    private static Command Verify(SettingFlags flags)
    {
        var verify = new Command("verify", "Reads everything in the folder of --data, and names what is damaged. It ends with 0 when all is whole.");
        flags.AddTo(verify, [Setting.Data, Setting.Config]);
        Run(verify, parsed => VerifyCommand.RunAsync(flags.Given(parsed)));
        return verify;
    }

    private static Command Health(SettingFlags flags)
    {
        var url = new Option<string>("--url") { HelpName = "URL", Description = "the server's address; by default where the settings say that it listens" };
        var health = new Command("health", "Asks a running server whether it can serve requests. It ends with 0 when it can.") { url };
        flags.AddTo(health, Setting.OfAsking);
        Run(health, parsed => new HealthCommand(parsed.GetValue(url)).RunAsync(flags.Given(parsed)));
        return health;
    }

    private static void Run(Command command, Func<ParseResult, Task<int>> run) =>
        command.SetAction((parsed, _) => Attempt.RunAsync(() => run(parsed)));
}
