using KvsRecords.Server.Seeding;
using KvsRecords.Server.Settings;
using KvsRecords.Sqlite;
using KvsRecords.Storage;

namespace KvsRecords.Server;

/// <summary>A storage of our own while it is open. Disposing it closes it and, where it is ephemeral, removes it.</summary>
internal sealed class OwnStorage : IAsyncDisposable
{
    private readonly bool _isEphemeral;

    private OwnStorage(SqliteStorage stores, string folder, bool isEphemeral) => (Stores, Folder, _isEphemeral) = (stores, folder, isEphemeral);

    public SqliteStorage Stores { get; }

    public string Folder { get; }

    /// <summary>The storage that was chosen; null where that is a folder of somebody else's.</summary>
    /// <exception cref="IOException">It is refused, or cannot be opened; the message says which.</exception>
    public static OwnStorage? Open(ServerOptions options) => options.Storage switch
    {
        StorageChoice.Data data => new OwnStorage(OpenIn(data.Folder, options, durable: true), data.Folder, isEphemeral: false),
        StorageChoice.Ephemeral => OpenEphemeral(options),
        _ => null,
    };

    /// <summary>The same for a command that only looks at the storage in a folder.</summary>
    /// <exception cref="IOException">It is refused, or cannot be opened; the message says which.</exception>
    public static OwnStorage OpenToLook(string folder, ServerOptions options) =>
        new(OpenIn(folder, options, durable: true, readOnly: true), folder, isEphemeral: false);

    /// <summary>Loads the seeds that are not there yet, and makes true what is declared of stores. To be done before anybody asks for them.</summary>
    /// <exception cref="IOException">Something of it cannot be done; the message says what.</exception>
    public async Task PrepareAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        await new Seeder(Stores, options.Stores).LoadAsync(options.Seeds, cancellationToken);
        foreach (var declaration in options.Stores.Declarations)
        {
            try
            {
                await Stores.DeclareAsync(declaration, options.Stores.DefaultOwner, cancellationToken);
            }
            catch (Exception e) when (e is StoreIdTakenException or StoreNameTakenException)
            {
                throw new IOException($"What the configuration says of the store {declaration} cannot be: {e.Message}", e);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        if (_isEphemeral)
            EphemeralFolders.Remove(Folder);
    }

    private static OwnStorage OpenEphemeral(ServerOptions options)
    {
        EphemeralFolders.RemoveAbandoned();
        while (true)
        {
            var folder = EphemeralFolders.Create();
            try
            {
                return new OwnStorage(OpenIn(folder, options, durable: false), folder, isEphemeral: true);
            }
            catch (StorageRefusedException)
            {
                // Another one that starts at this moment took it for abandoned: it had its lock, and was not held yet.
            }
        }
    }

    private static SqliteStorage OpenIn(string folder, ServerOptions options, bool durable, bool readOnly = false)
    {
        try
        {
            return SqliteStorage.Open(new SqliteStorageOptions
            {
                Folder = folder,
                FindUser = options.Users.Find,
                Durable = durable,
                ReadOnly = readOnly,
            });
        }
        catch (Exception e) when (e is IOException and not StorageRefusedException or UnauthorizedAccessException)
        {
            throw new IOException($"The storage in {folder} cannot be opened: {e.Message}", e);
        }
    }
}
