using System.Diagnostics;
using System.Globalization;

namespace KvsRecords.Benchmarks.Clients;

/// <summary>
/// A process that asks for the server's health every 20 ms. In the process of the other clients it would also wait until each of their
/// threads has been stopped for the garbage collector. It ends when its input does, so also with its parent.
/// </summary>
internal static class HealthProbe
{
    private const string Command = "ask-for-health";

    /// <param name="server">Any address of the server.</param>
    public static Process Start(Uri server)
    {
        var program = Path.ChangeExtension(typeof(HealthProbe).Assembly.Location, null);
        var start = new ProcessStartInfo(program, [Command, new Uri(server, "/_emulator/health").ToString()]);
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        return Process.Start(start)!;
    }

    /// <returns>Milliseconds until each answer.</returns>
    public static async Task<double[]> StopAsync(Process probe, CancellationToken cancel)
    {
        probe.StandardInput.Close();
        var output = await probe.StandardOutput.ReadToEndAsync(cancel);
        return [.. output.Trim().Split('\n').Select(time => double.Parse(time, CultureInfo.InvariantCulture))];
    }

    /// <summary>Asks until the input ends, if this is what the process was started for.</summary>
    public static bool Runs(string[] args)
    {
        if (args is not [Command, var health])
            return false;
        var (uri, end, times) = (new Uri(health), Task.Run(Console.In.ReadToEnd), new List<double>());
        using var connection = new Connection(uri);
        do
        {
            var start = Stopwatch.GetTimestamp();
            connection.Download(Connection.Get(uri));
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }
        while (!end.Wait(TimeSpan.FromMilliseconds(20)));
        // The first answer takes the time in which this process compiles its code.
        Console.WriteLine(string.Join('\n', times.Skip(1).Select(time => time.ToString(CultureInfo.InvariantCulture))));
        return true;
    }
}
