using System.Collections.Concurrent;
using System.Globalization;
using KvsRecords.Managed;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Npgsql;

[assembly: AssemblyFixture(typeof(Cluster))]

namespace KvsRecords.Postgres.Tests;

/// <summary>A storage in tables of its own, which can be closed and opened again.</summary>
internal sealed class StorageInDatabase : IManagedStorage
{
    // Tables that no test uses at the moment: emptying them takes less time than making new ones.
    private static readonly ConcurrentBag<string> Free = [];

    private readonly string _schema;
    private readonly bool _isShared;

    private StorageInDatabase(string schema, string server, bool isShared)
    {
        (_schema, _isShared) = (schema, isShared);
        ConnectionString = $"{server};Search Path={schema};Application Name={schema}";
    }

    public static User Owner => StoreReaderContract.Owner;

    public static CancellationToken Running => TestContext.Current.CancellationToken;

    public string ConnectionString { get; }

    public PostgresStorage Storage { get; private set; } = null!;

    public IManagedStores Managed => Storage;

    public string Place => ConnectionString;

    public static async Task<StorageInDatabase> OpenAsync(string? server = null, Intervals? intervals = null)
    {
        var schema = server is null && Free.TryTake(out var free) ? free : "t" + Guid.NewGuid().ToString("N");
        var storage = new StorageInDatabase(schema, server ?? await Cluster.ConnectionStringAsync(), isShared: server is null);
        storage.Storage = await storage.OpenAnotherAsync(intervals);
        return storage;
    }

    /// <summary>Another server on the same tables.</summary>
    public Task<PostgresStorage> OpenAnotherAsync(Intervals? intervals = null, Action<string>? warn = null) => PostgresStorage.OpenAsync(
        new()
        {
            ConnectionString = ConnectionString,
            FindUser = id => id == Owner.Id ? Owner : null,
            Warn = warn,

            // What is dead is removed when a test says so.
            Intervals = intervals ?? new Intervals { Grace = TimeSpan.Zero, Absence = TimeSpan.Zero, Upkeep = TimeSpan.FromDays(1), Flush = TimeSpan.FromMilliseconds(50) },
        },
        Running);

    public async Task RestartAsync()
    {
        await Storage.DisposeAsync();

        // The database goes on with what it was asked for by a server that is killed.
        while (await AskAsync($"select count(*) from pg_stat_activity where application_name = '{_schema}' and pid <> pg_backend_pid()") != "0")
            await Task.Delay(10, Running);
        Storage = await OpenAnotherAsync();
    }

    public async Task PutAsync(Store store, string key, byte[] value) =>
        Assert.True(await Storage.PutAsync(store, new(new(key)), new MemoryStream(value), Running));

    public async Task<Store> StoreAsync(string? name = "s") => (await Storage.GetOrCreateAsync(Owner, name, null, Running)).Store;

    public async Task<StoredRows> SweepAsync()
    {
        await Storage.SweepAsync();
        Assert.Equal("", await AskAsync("""
            select coalesce(string_agg(format('%s %s of %s', o.id, o.state, o.server), '; '), '') from objects o
            where not exists (select 1 from records r where r.object = o.id) and not exists (select 1 from leases l where l.object = o.id)
            """));
        return new StoredRows(await RowsOfAsync("records"), await RowsOfAsync("stores"));
    }

    /// <summary>Asks the database as any program does, with more patience than some tests give a server.</summary>
    public async Task<string?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false;Timeout=60;Command Timeout=60");
        await connection.OpenAsync(Running);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(Running), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        if (!_isShared)
            return;

        await AskAsync("truncate stores, records, objects, chunks, servers, leases");
        Free.Add(_schema);
    }

    private async Task<long> RowsOfAsync(string table) => long.Parse((await AskAsync($"select count(*) from {table}"))!, CultureInfo.InvariantCulture);
}
