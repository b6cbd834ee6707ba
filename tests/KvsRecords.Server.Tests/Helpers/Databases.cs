using System.Collections.Concurrent;
using KvsRecords.Server.Settings;
using Npgsql;

namespace KvsRecords.Server.Tests;

/// <summary>
/// Places for stores in the tests' own PostgreSQL. With <c>KVS_RECORDS_ON_DATABASE=1</c> servers of tests keep their stores in such a place
/// where they would keep them in a folder or serve one, so that the tests of the API speak of this storage, too.
/// </summary>
internal static class Databases
{
    private static readonly bool AreInPlaceOfFolders = Environment.GetEnvironmentVariable("KVS_RECORDS_ON_DATABASE") == "1";

    private static readonly ConcurrentDictionary<string, Task<string>> OfFolders = new();
    private static int _count;

    /// <summary>The connection of a place without tables.</summary>
    public static async Task<string> CreateAsync()
    {
        var connection = await Cluster.ConnectionStringAsync();
        Captured.Secret(new NpgsqlConnectionStringBuilder(connection).Password);
        return $"{connection};Search Path=test_{Interlocked.Increment(ref _count)}";
    }

    /// <summary>The line of a server's start that names the place.</summary>
    public static string ReadyLine(string connection)
    {
        var parts = new NpgsqlConnectionStringBuilder(connection);
        return $"Keeping stores in the database {parts.Database} on {parts.Host}:{parts.Port} as {parts.Username}";
    }

    /// <summary>The first value of what it answers, as any program may ask.</summary>
    public static async Task<object?> AskAsync(string connection, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>The flags of a server, with a database where they name a folder: the same one for the same folder of stores.</summary>
    public static async Task<(Setting Setting, string Value)[]> InPlaceOfFoldersAsync((Setting Setting, string Value)[] flags)
    {
        if (!AreInPlaceOfFolders)
            return flags;

        var all = new List<(Setting, string)>();
        foreach (var (setting, value) in flags)
        {
            if (setting == Setting.Data)
                all.Add((Setting.Database, await OfFolderAsync(value)));
            else if (setting == Setting.Ephemeral)
                all.AddRange([(Setting.Database, await CreateAsync()), (Setting.AllowReset, "true")]);
            else if (setting == Setting.Storage)
                all.AddRange([(Setting.Database, await CreateAsync()), (Setting.Seed, value)]);
            else
                all.Add((setting, value));
        }

        return [.. all];
    }

    /// <summary>The same for arguments, where they have <c>--data</c> and a folder.</summary>
    public static async Task<string[]> InPlaceOfFoldersAsync(string[] arguments) =>
        AreInPlaceOfFolders && Array.IndexOf(arguments, "--data") is >= 0 and var data
            ? [.. arguments[..data], "--database", await OfFolderAsync(arguments[data + 1]), .. arguments[(data + 2)..]]
            : arguments;

    private static Task<string> OfFolderAsync(string folder) => OfFolders.GetOrAdd(folder, _ => CreateAsync());
}
