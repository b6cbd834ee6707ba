using System.Globalization;
using KvsRecords.Server.Settings;
using Spectre.Console;

namespace KvsRecords.Server.Commands;

/// <summary>How far something is that takes long: a bar on a terminal, and nothing where nobody would see it move.</summary>
internal static class CopyProgress
{
    /// <param name="what">What is being done, as a person would call it.</param>
    /// <param name="total">How many steps it has.</param>
    /// <param name="copy">Does it, and says so after each step.</param>
    public static async Task RunAsync(string what, long total, Func<Action, Task> copy)
    {
        if (Terminal.ProgressBar() is not { } bar)
        {
            await copy(() => { });
            return;
        }

        await bar.StartAsync(async context =>
        {
            var task = context.AddTask(Markup.Escape(what), maxValue: total);
            await copy(() => task.Increment(1));
        });
    }

    public static string Counted(long records) =>
        records == 1 ? "1 record" : string.Create(CultureInfo.InvariantCulture, $"{records:N0} records");

    public static string Summary(long records, long bytes, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{Counted(records)}, {ByteSize.Shown(bytes)} in {time.TotalSeconds:0.0} s");
}
