using KvsRecords.Server.Logging;
using KvsRecords.Server.Storage.Seeding;
using Spectre.Console;

namespace KvsRecords.Server.Cli;

/// <summary>The progress of long work: a bar on a terminal, and nothing where standard error is a file or a pipe.</summary>
internal sealed class ProgressBar : ISeedReporter
{
    public void Note(string line) => Terminal.Note(line);

    public async Task ShowAsync(string title, Func<Action<long, long>, Task> work)
    {
        if (Terminal.Progress() is not { } progress)
        {
            await work((_, _) => { });
            return;
        }

        await progress.StartAsync(async context =>
        {
            var bar = context.AddTask(Markup.Escape(Printable.Of(title))).IsIndeterminate();
            await work((done, total) => (bar.IsIndeterminate, bar.MaxValue, bar.Value) = (false, total, done));
        });
    }
}
