using KvsRecords.Server.Logging;
using Spectre.Console;

namespace KvsRecords.Server.Cli;

/// <summary>How far something is that takes long: a bar on a terminal, and nothing where nobody would see it move.</summary>
internal static class ProgressBar
{
    /// <param name="what">What is being done, as a person would call it.</param>
    /// <param name="work">Does it, and tells now and then how much of how much is done. Until then nobody knows.</param>
    public static async Task ShowAsync(string what, Func<Action<long, long>, Task> work)
    {
        if (Terminal.Progress() is not { } progress)
        {
            await work((_, _) => { });
            return;
        }

        await progress.StartAsync(async context =>
        {
            var bar = context.AddTask(Markup.Escape(Printable.Of(what))).IsIndeterminate();
            await work((done, total) => (bar.IsIndeterminate, bar.MaxValue, bar.Value) = (false, total, done));
        });
    }
}
