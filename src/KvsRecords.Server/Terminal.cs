#pragma warning disable RS0030 // The one place that speaks to the terminal.

namespace KvsRecords.Server;

/// <summary>What the program says to whoever started it. Everything else is in the log.</summary>
internal static class Terminal
{
    public static void Say(string line) => Console.Out.WriteLine(line);

    public static void Complain(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            Console.Error.WriteLine($"kvs-records: {problem}");
        Console.Error.WriteLine("Try 'kvs-records --help'.");
    }
}
