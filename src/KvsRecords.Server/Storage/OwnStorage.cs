using KvsRecords.Managed;
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

    private OwnStorage(IManagedStores stores, AdjustableClock clock, string name) => (Stores, Clock, Name) = (stores, clock, name);

    /// <summary>
    /// Raised with a sentence for the log when something that the storage does by itself fails; by several threads at once, if need be.
    /// </summary>
    public event Action<string>? Warned;

    public IManagedStores Stores { get; }

    /// <summary>Names it in a sentence, after "the".</summary>
    public string Name { get; }

    /// <summary>The folder that it is in; null: a database, which other servers may use too.</summary>
    public string? Folder { get; private init; }

    /// <summary>True when it is removed at the end.</summary>
    public bool IsEphemeral { get; private init; }

    /// <summary>The clock of the storage.</summary>
    public AdjustableClock Clock { get; }

    /// <summary>Opens the storage that the settings choose; null where that is a live folder.</summary>
    /// <exception cref="IOException">It is refused, or cannot be opened; the message says which.</exception>
    public static async Task<OwnStorage?> OpenAsync(ServerOptions options, CancellationToken cancellationToken) => options.Storage switch
    {
        StorageChoice.Data data => OpenFolder(data.Folder, options),
        StorageChoice.Ephemeral => OpenEphemeral(options),
        StorageChoice.Database database => await OpenDatabaseAsync(database.Connection, options, readOnly: false, cancellationToken),
        _ => null,
    };

    /// <summary>Opens managed stores for a command that only reads them.</summary>
    /// <exception cref="IOException">There are none, they are refused, or they cannot be opened; the message says which.</exception>
    public static async Task<OwnStorage> OpenToReadAsync(ServerOptions options, CancellationToken cancellationToken) => options.Storage switch
    {
        StorageChoice.Data data when SqliteStorage.IsThere(data.Folder) => OpenFolder(data.Folder, options, readOnly: true),
        StorageChoice.Data data => throw new IOException(
            $"There is no storage in {data.Folder}. {Setting.Data.Flag} names the folder that a server keeps its stores in."),
        StorageChoice.Database database => await OpenDatabaseAsync(database.Connection, options, readOnly: true, cancellationToken),
        _ => throw new IOException(
            $"{Setting.Data.Flag} must name the folder that a server keeps its stores in, or {Setting.Database.Flag} the database; nothing else can be meant."),
    };

    /// <summary>
    /// Loads the seeds that are not there yet, and applies the declarations of stores. To be done before requests are served. Of several
    /// servers on one database, one does so at a time.
    /// </summary>
    /// <param name="options">The seeds and the declarations.</param>
    /// <param name="reporter">Hears what is loaded; null: nothing is reported.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="IOException">Something of it cannot be done; the message says what.</exception>
    public Task PrepareAsync(ServerOptions options, ISeedReporter? reporter, CancellationToken cancellationToken) =>
        AloneAsync(() => LoadAsync(options, reporter, cancellationToken), cancellationToken);

    /// <summary>
    /// Deletes all stores, then loads seeds and declarations again. A declared store MUST keep its id, and a missing seed MUST be found out
    /// before anything is deleted.
    /// </summary>
    /// <param name="options">The seeds and the declarations.</param>
    /// <param name="cancellationToken">Gives up, in the middle too.</param>
    /// <exception cref="IOException">Something of it cannot be done; the message says what.</exception>
    public async Task ResetAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        if (options.Seeds.FirstOrDefault(seed => !Path.Exists(seed)) is { } missing)
            throw new IOException($"{missing}, which was loaded at the start, is not there any more. Nothing was deleted.");

        await AloneAsync(
            async () =>
            {
                while (await Stores.ListAsync(cancellationToken) is { Count: > 0 } stores)
                {
                    // Some at a time: a database refuses what has waited for too long.
                    foreach (var some in stores.Chunk(100))
                        await Task.WhenAll(some.Select(store => Stores.DeleteAsync(store, cancellationToken).AsTask()));
                }

                await LoadAsync(options, reporter: null, cancellationToken);
            },
            cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        if (IsEphemeral)
            EphemeralFolders.Remove(Folder!);
    }

    private Task AloneAsync(Func<Task> work, CancellationToken cancellationToken) =>
        Folder is null ? DatabaseStores.RunAloneAsync(Stores, work, cancellationToken) : work();

    private async Task LoadAsync(ServerOptions options, ISeedReporter? reporter, CancellationToken cancellationToken)
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

    private static OwnStorage OpenEphemeral(ServerOptions options)
    {
        EphemeralFolders.RemoveAbandoned();
        while (true)
        {
            var folder = EphemeralFolders.Create();
            try
            {
                return OpenFolder(folder, options, isEphemeral: true);
            }
            catch (StorageRefusedException)
            {
                // A process that started at this moment took the folder for abandoned: its lock was there, and was not held yet.
            }
            catch (IOException)
            {
                // The disk may be full.
                EphemeralFolders.Remove(folder);
                throw;
            }
        }
    }

    private static OwnStorage OpenFolder(string folder, ServerOptions options, bool isEphemeral = false, bool readOnly = false)
    {
        var clock = new AdjustableClock(TimeProvider.System);
        try
        {
            var stores = SqliteStorage.Open(new SqliteStorageOptions
            {
                Folder = folder,
                FindUser = options.Users.Find,
                Durable = !isEphemeral,
                ReadOnly = readOnly,
                Clock = clock,
            });
            return new OwnStorage(stores, clock, $"storage in {folder}") { Folder = folder, IsEphemeral = isEphemeral };
        }
        catch (Exception e) when (e is IOException and not StorageRefusedException or UnauthorizedAccessException)
        {
            throw new IOException($"The storage in {folder} cannot be opened: {e.Message}", e);
        }
    }

    private static async Task<OwnStorage> OpenDatabaseAsync(
        DatabaseConnection connection, ServerOptions options, bool readOnly, CancellationToken cancellationToken)
    {
        var clock = new AdjustableClock(TimeProvider.System);
        OwnStorage? own = null;
        var stores = await DatabaseStores.OpenAsync(
            connection, options, clock, warning => own?.Warned?.Invoke(warning), readOnly, cancellationToken);
        return own = new OwnStorage(stores, clock, $"{connection}");
    }
}
