using System.Net.Sockets;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Cli;

/// <summary>Runs a command, and prints a fault of the machine as a sentence.</summary>
internal static class Attempt
{
    public const int Failed = 1;

    public static async Task<int> RunAsync(Func<Task<int>> command)
    {
        try
        {
            return await command();
        }
        catch (ProblemsException e)
        {
            Terminal.Complain(e.Problems.Messages);
            return e.Problems.ExitCode;
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException or SocketException)
        {
            Terminal.Fail(e.Message);
            return Failed;
        }
        catch (OperationCanceledException)
        {
            Terminal.Fail("stopped before it was done; what was not whole is gone");
            return Failed;
        }
    }
}
