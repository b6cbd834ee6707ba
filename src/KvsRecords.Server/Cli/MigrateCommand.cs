using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Cli;

/// <summary><c>kvs-records migrate</c>: makes the tables in a database, or brings them up to date, while servers of the version before go on.</summary>
internal static class MigrateCommand
{
    public static async Task<int> RunAsync(ILookup<Setting, string> flags)
    {
        var problems = new Problems();
        var options = ServerOptions.Read(flags, problems);
        problems.ThrowIfAny();
        if (options.Storage is not StorageChoice.Database { Connection: var connection })
            throw new IOException($"{Setting.Database.Flag} must name the database whose tables are to be made or brought up to date; nothing else can be meant.");

        using var interruption = new Interruption();
        var (from, to) = await DatabaseStores.MigrateAsync(connection, interruption.Token);
        Terminal.Say((from, to) switch
        {
            (0, _) => $"The tables in the {connection} are made: version {to}",
            _ when from == to => $"The tables in the {connection} are up to date already: version {to}",
            _ => $"The tables in the {connection} are brought up to date: from version {from} to {to}",
        });
        return 0;
    }
}
