using System.Globalization;
using KvsRecords.Managed;
using KvsRecords.Storage;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Microsoft.Data.Sqlite;

namespace KvsRecords.Sqlite.Tests;

/// <summary>A storage in a temporary folder, which can be closed and opened again. Disposing it removes the folder.</summary>
internal sealed class StorageInFolder : IManagedStorage
{
    private readonly bool _durable;

    public StorageInFolder(bool durable = false, string? parent = null)
    {
        _durable = durable;
        Folder = Path.Join(parent ?? Path.GetTempPath(), "kvs-records-" + Path.GetRandomFileName());
        Storage = OpenAnother();
    }

    public static User Owner => StoreReaderContract.Owner;

    public static CancellationToken Running => TestContext.Current.CancellationToken;

    public string Folder { get; }

    public SqliteStorage Storage { get; private set; }

    public IManagedStores Managed => Storage;

    public string Place => Folder;

    /// <summary>The numbers of the body files.</summary>
    public IEnumerable<string> BodyFiles => Directory.EnumerateFiles(Path.Join(Folder, "bodies")).Select(path => Path.GetFileName(path)!);

    /// <summary>The body file of this length.</summary>
    public string BodyOf(long length) =>
        Directory.EnumerateFiles(Path.Join(Folder, "bodies")).Single(path => new FileInfo(path).Length == length);

    /// <summary>Does something in the middle of a file.</summary>
    public static void Damage(string path, Action<FileStream> how)
    {
        using var file = File.Open(path, FileMode.Open);
        file.Position = file.Length / 2;
        how(file);
    }

    public SqliteStorage OpenAnother() =>
        SqliteStorage.Open(new() { Folder = Folder, FindUser = id => id == Owner.Id ? Owner : null, Durable = _durable });

    public async Task RestartAsync()
    {
        await Storage.DisposeAsync();
        Storage = OpenAnother();
    }

    public async Task<Store> StoreAsync(string? name = "s") => (await Storage.GetOrCreateAsync(Owner, name, null, Running)).Store;

    public async Task PutAsync(Store store, string key, byte[] value, string? contentType = null) =>
        Assert.True(await Storage.PutAsync(store, new(new(key), contentType), new MemoryStream(value), Running));

    public async Task<byte[]?> ValueAsync(Store store, string key)
    {
        await using var snapshot = await OpenAsync(store);
        return await snapshot.ValueAsync(key, Running);
    }

    public ValueTask<IRecordSnapshot> OpenAsync(Store store) => Storage.OpenSnapshotAsync(store, RecordFilter.Everything, Running);

    public long RowsOf(string table) => long.Parse(Ask($"select count(*) from {table}")!, CultureInfo.InvariantCulture);

    /// <summary>What another program would see in the database.</summary>
    public string? Ask(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path.Join(Folder, "records.db")};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }

    /// <summary>What another program would do to the database of a storage that is closed.</summary>
    public void Change(string sql) => Ask(sql);

    public async Task<StoredRows> SweepAsync()
    {
        await Storage.SweptAsync();
        Assert.Equal(Ask("select count(*) from records where file is not null"), $"{BodyFiles.Count()}");
        return new StoredRows(RowsOf("records"), RowsOf("stores"));
    }

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
