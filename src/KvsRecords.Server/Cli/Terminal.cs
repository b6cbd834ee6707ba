#pragma warning disable RS0030 // The one place that speaks to the terminal.

using KvsRecords.Server.Logging;
using Spectre.Console;

namespace KvsRecords.Server.Cli;

/// <summary>The lines that the program prints on the terminal. Everything else is in the log.</summary>
internal static class Terminal
{
    public static void Say(string line) => Console.Out.WriteLine(Printable.Of(line));

    /// <summary>Prints a line that is worth knowing, beside the output.</summary>
    public static void Note(string line) => Console.Error.WriteLine(Printable.Of(line));

    /// <summary>Prints what could not be done.</summary>
    public static void Fail(string problem) => Console.Error.WriteLine(Printable.Of($"kvs-records: {problem}"));

    /// <summary>Prints what is wrong with how the program was started.</summary>
    public static void Complain(IEnumerable<string> problems)
    {
        foreach (var problem in problems)
            Fail(problem);
        Console.Error.WriteLine("Try 'kvs-records --help'.");
    }

    /// <summary>A bar that goes when it is full; null where standard error is no terminal.</summary>
    public static Progress? Progress() => Console.IsErrorRedirected
        ? null
        : AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(Console.Error) }).Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn());
}
