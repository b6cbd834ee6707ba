using System.Diagnostics;
using System.Globalization;

namespace KvsRecords.Server.Tests;

/// <summary><c>--exit-with-parent</c>: nothing is left behind by who could not clean up.</summary>
public sealed class ParentTests
{
    // A shell that stays, as the process of a test run does. What it starts says its number, and then what the server says.
    private const string Parent = "\"$0\" --ephemeral --port 0 --exit-with-parent & echo $!; wait";

    [Fact]
    public async Task When_the_process_that_started_it_is_killed_the_server_ends_and_its_temporary_folder_goes()
    {
        using var temporary = new StorageFolder();
        using var parent = Start(temporary.Path);
        using var server = await ServerOfAsync(parent);
        Assert.Single(Directory.GetDirectories(temporary.Path));

        parent.Kill();

        await server.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken);
        Assert.Empty(Directory.GetDirectories(temporary.Path));
    }

    private static Process Start(string temporaryFolder)
    {
        var start = new ProcessStartInfo("sh", ["-c", Parent, ServerProcess.Executable])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = temporaryFolder,
        };
        start.Environment["TMPDIR"] = temporaryFolder;
        return Process.Start(start)!;
    }

    private static async Task<Process> ServerOfAsync(Process parent)
    {
        var number = await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        var server = Process.GetProcessById(int.Parse(number!, CultureInfo.InvariantCulture));
        var ready = await parent.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        Assert.StartsWith("KvsRecords listening on ", ready, StringComparison.Ordinal);
        return server;
    }
}
