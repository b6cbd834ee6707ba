using System.Collections;
using System.Net.Sockets;
using KvsRecords.Server.Http;
using KvsRecords.Server.Observability;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server;

/// <summary><c>kvs-records serve</c>: settings, host, the line that says that it answers, and the wait for the end.</summary>
internal static class ServeCommand
{
    public static async Task<int> RunAsync(IReadOnlyDictionary<Setting, string> flags)
    {
        try
        {
            return await ServeAsync(flags);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException)
        {
            // What went wrong between the checks and the first answer.
            Terminal.Complain([e.Message]);
            return 1;
        }
    }

    private static async Task<int> ServeAsync(IReadOnlyDictionary<Setting, string> flags)
    {
        var problems = new Problems();
        var options = ReadOptions(flags, problems);
        using var listener = Listener.Bind(options, problems);
        if (problems.Any)
        {
            Terminal.Complain(problems.Messages);
            return problems.ExitCode;
        }

        await using var app = KvsRecordsHost.Build(options, listener);
        await app.StartAsync();
        await ReadyLines.SayAsync(options, listener.Endpoints, app.Services);
        await app.WaitForShutdownAsync();
        return 0;
    }

    private static ServerOptions ReadOptions(IReadOnlyDictionary<Setting, string> flags, Problems problems)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
        var currentFolder = Environment.CurrentDirectory;
        var values = SettingValues.Collect(flags, environment, currentFolder, problems);
        return new OptionsReader(values, environment, currentFolder, problems).Read();
    }
}
