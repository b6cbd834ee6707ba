using System.Globalization;
using KvsRecords.Archive;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Npgsql;

namespace KvsRecords.Postgres.Tests;

/// <summary>A storage in tables of its own, which can be closed and opened again. Disposing it removes them.</summary>
internal sealed class StorageInDatabase : IManagedStorage
{
    private readonly string _schema;

    private StorageInDatabase(string schema, string connectionString) => (_schema, ConnectionString) = (schema, connectionString);

    public static User Owner => StoreReaderContract.Owner;

    public static CancellationToken Running => TestContext.Current.CancellationToken;

    public string ConnectionString { get; }

    public PostgresStorage Storage { get; private set; } = null!;

    public ICompressedStoreReader Stores => Storage;

    public IStoreWriter Writer => Storage;

    public static async Task<StorageInDatabase> OpenAsync(string? server = null)
    {
        var schema = "t" + Guid.NewGuid().ToString("N");
        var storage = new StorageInDatabase(schema, $"{server ?? await Cluster.ConnectionStringAsync()};Search Path={schema}");
        storage.Storage = await storage.OpenAnotherAsync();
        return storage;
    }

    /// <summary>Another server on the same tables.</summary>
    public Task<PostgresStorage> OpenAnotherAsync(Intervals? intervals = null) => PostgresStorage.OpenAsync(
        new()
        {
            ConnectionString = ConnectionString,
            FindUser = id => id == Owner.Id ? Owner : null,

            // What is dead is removed when a test says so.
            Intervals = intervals ?? new Intervals { Grace = TimeSpan.Zero, Upkeep = TimeSpan.FromDays(1), Flush = TimeSpan.FromMilliseconds(50) },
        },
        Running);

    public async Task RestartAsync()
    {
        await Storage.DisposeAsync();
        Storage = await OpenAnotherAsync();
    }

    public async Task<Store> StoreAsync(string? name = "s") => (await Storage.GetOrCreateAsync(Owner, name, null, Running)).Store;

    public async Task<StoredRows> SweepAsync()
    {
        await Storage.SweepAsync();
        Assert.Equal("0", await AskAsync("""
            select count(*) from objects o where not exists (select 1 from records r where r.object = o.id)
                and not exists (select 1 from leases l where l.object = o.id)
            """));
        return new StoredRows(await RowsOfAsync("records"), await RowsOfAsync("stores"));
    }

    /// <summary>Asks the database as any program does.</summary>
    public async Task<string?> AskAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(ConnectionString + ";Pooling=false");
        await connection.OpenAsync(Running);
        await using var command = new NpgsqlCommand(sql, connection);
        return Convert.ToString(await command.ExecuteScalarAsync(Running), CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        await AskAsync($"drop schema {_schema} cascade");
    }

    private async Task<long> RowsOfAsync(string table) => long.Parse((await AskAsync($"select count(*) from {table}"))!, CultureInfo.InvariantCulture);
}
