using KvsRecords.Managed;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Seeding;

namespace KvsRecords.Server.Cli;

/// <summary><c>kvs-records verify</c>: reads all managed stores, and names what is not as it was written.</summary>
internal static class VerifyCommand
{
    public static async Task<int> RunAsync(ILookup<Setting, string> flags)
    {
        var problems = new Problems();
        var options = ServerOptions.Read(flags, problems);
        problems.ThrowIfAny();

        using var interruption = new Interruption();
        await using var own = StoresOnDisk.OpenOwn(options);
        var damages = new List<Damage>();
        var records = new Count();
        try
        {
            Terminal.Note($"Verifying the storage in {own.Folder}");
            await new ProgressBar().ShowAsync(own.Folder, async report =>
            {
                records.Counted = report;
                await foreach (var damage in own.Stores.VerifyAsync(records, interruption.Token))
                    damages.Add(damage);
            });
        }
        finally
        {
            // Also where it was stopped: it may have taken hours until then.
            damages.ForEach(damage => Terminal.Say(Line(damage)));
        }

        Terminal.Say(damages.Count == 0
            ? $"The storage in {own.Folder} is whole: {Amounts.Of(records.Checked)}"
            : $"The storage in {own.Folder} is damaged in {(damages.Count == 1 ? "1 place" : $"{damages.Count} places")}: {Amounts.Of(records.Checked)} read");
        return damages.Count == 0 ? 0 : Attempt.Failed;
    }

    private static string Line(Damage damage) => damage switch
    {
        { Store: null } => $"{damage.Place}: {damage.Reason}",
        { Key: null } => $"{damage.Store}: {damage.Reason} ({damage.Place})",
        _ => $"{damage.Store}: the record '{damage.Key}': {damage.Reason} ({damage.Place})",
    };

    // Not Progress<T>, which reports on other threads, and so also after the end.
    private sealed class Count : IProgress<VerifyProgress>
    {
        public Action<long, long> Counted { get; set; } = (_, _) => { };

        public long Checked { get; private set; }

        public void Report(VerifyProgress value)
        {
            Checked = value.Checked;
            Counted(value.Checked, value.Total);
        }
    }
}
