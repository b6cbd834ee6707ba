using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Seeding;
using KvsRecords.Sqlite;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage;

/// <summary>The storage of managed stores while it is open. Disposing it closes it and, where it is ephemeral, removes it.</summary>
internal sealed class OwnStorage : IAsyncDisposable
{
    // Where no id is declared, one was made with the store.
    private readonly Dictionary<StoreDeclaration, string> _declaredIds = [];

    private OwnStorage(string folder, ServerOptions options, bool isEphemeral, bool readOnly = false)
    {
        (Folder, IsEphemeral) = (folder, isEphemeral);
        Stores = OpenIn(folder, options, Clock, durable: !isEphemeral, readOnly);
    }

    public SqliteStorage Stores { get; }

    public string Folder { get; }

    /// <summary>True when it is removed at the end.</summary>
    public bool IsEphemeral { get; }

    /// <summary>The clock of the storage.</summary>
    public AdjustableClock Clock { get; } = new(TimeProvider.System);

    /// <summary>Opens the storage that the settings choose; null where that is a live folder.</summary>
    /// <exception cref="IOException">It is refused, or cannot be opened; the message says which.</exception>
    public static OwnStorage? Open(ServerOptions options) => options.Storage switch
    {
        StorageChoice.Data data => new OwnStorage(data.Folder, options, isEphemeral: false),
        StorageChoice.Ephemeral => OpenEphemeral(options),
        _ => null,
    };

    /// <summary>Opens the storage in a folder for a command that only reads it.</summary>
    /// <exception cref="IOException">It is refused, or cannot be opened; the message says which.</exception>
    public static OwnStorage OpenToRead(string folder, ServerOptions options) => new(folder, options, isEphemeral: false, readOnly: true);

    /// <summary>
    /// Loads the seeds that are not there yet, and applies the declarations of stores. To be done before requests are served.
    /// </summary>
    /// <param name="options">The seeds and the declarations.</param>
    /// <param name="reporter">Hears what is loaded; null: nothing is reported.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">Something of it cannot be done; the message says what.</exception>
    public async Task PrepareAsync(ServerOptions options, ISeedReporter? reporter, CancellationToken cancellationToken)
    {
        await new Seeder(Stores, options.Stores, reporter, options.InputKey).LoadAsync(options.Seeds, cancellationToken);
        foreach (var declaration in options.Stores.Declarations)
        {
            try
            {
                var declared = declaration with { Id = declaration.Id ?? _declaredIds.GetValueOrDefault(declaration) };
                var store = await Stores.DeclareAsync(declared, options.Stores.DefaultOwner, cancellationToken);
                _declaredIds[declaration] = store.Id;
            }
            catch (Exception e) when (e is StoreIdTakenException or StoreNameTakenException)
            {
                throw new IOException($"What the configuration says of the store {declaration} cannot be: {e.Message}", e);
            }
        }
    }

    /// <summary>
    /// Deletes all stores, then loads seeds and declarations again. A declared store MUST keep its id, and a missing seed MUST be found out
    /// before anything is deleted.
    /// </summary>
    /// <exception cref="IOException">Something of it cannot be done; the message says what.</exception>
    public async Task ResetAsync(ServerOptions options)
    {
        if (options.Seeds.FirstOrDefault(seed => !Path.Exists(seed)) is { } missing)
            throw new IOException($"{missing}, which was loaded at the start, is not there any more. Nothing was deleted.");

        while (await Stores.ListAsync(CancellationToken.None) is { Count: > 0 } stores)
            await Task.WhenAll(stores.Select(store => Stores.DeleteAsync(store, CancellationToken.None).AsTask()));
        await PrepareAsync(options, reporter: null, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        if (IsEphemeral)
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
                return new OwnStorage(folder, options, isEphemeral: true);
            }
            catch (StorageRefusedException)
            {
                // A process that started at this moment took the folder for abandoned: its lock was there, and was not held yet.
            }
        }
    }

    private static SqliteStorage OpenIn(string folder, ServerOptions options, TimeProvider clock, bool durable, bool readOnly)
    {
        try
        {
            return SqliteStorage.Open(new SqliteStorageOptions
            {
                Folder = folder,
                FindUser = options.Users.Find,
                Durable = durable,
                ReadOnly = readOnly,
                Clock = clock,
            });
        }
        catch (Exception e) when (e is IOException and not StorageRefusedException or UnauthorizedAccessException)
        {
            throw new IOException($"The storage in {folder} cannot be opened: {e.Message}", e);
        }
    }
}
