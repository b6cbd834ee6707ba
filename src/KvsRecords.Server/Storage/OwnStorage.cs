using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Seeding;
using KvsRecords.Sqlite;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage;

/// <summary>A storage of our own while it is open. Disposing it closes it and, where it is ephemeral, removes it.</summary>
internal sealed class OwnStorage : IAsyncDisposable
{
    // Where no id is declared, one was made up with the store.
    private readonly Dictionary<StoreDeclaration, string> _declaredIds = [];

    private OwnStorage(string folder, ServerOptions options, bool isEphemeral, bool readOnly = false)
    {
        (Folder, IsEphemeral) = (folder, isEphemeral);
        Stores = OpenIn(folder, options, Clock, durable: !isEphemeral, readOnly);
    }

    public SqliteStorage Stores { get; }

    public string Folder { get; }

    /// <summary>Whether nobody wants to keep it.</summary>
    public bool IsEphemeral { get; }

    /// <summary>What it takes for the present.</summary>
    public AdjustableClock Clock { get; } = new(TimeProvider.System);

    /// <summary>The storage that was chosen; null where that is a folder of somebody else's.</summary>
    /// <exception cref="IOException">It is refused, or cannot be opened; the message says which.</exception>
    public static OwnStorage? Open(ServerOptions options) => options.Storage switch
    {
        StorageChoice.Data data => new OwnStorage(data.Folder, options, isEphemeral: false),
        StorageChoice.Ephemeral => OpenEphemeral(options),
        _ => null,
    };

    /// <summary>The same for a command that only looks at the storage in a folder.</summary>
    /// <exception cref="IOException">It is refused, or cannot be opened; the message says which.</exception>
    public static OwnStorage OpenToLook(string folder, ServerOptions options) => new(folder, options, isEphemeral: false, readOnly: true);

    /// <summary>Loads the seeds that are not there yet, and makes true what is declared of stores. To be done before anybody asks for them.</summary>
    /// <exception cref="IOException">Something of it cannot be done; the message says what.</exception>
    public Task PrepareAsync(ServerOptions options, CancellationToken cancellationToken) =>
        PrepareAsync(options, new Seeder(Stores, options.Stores, inputKey: options.InputKey), cancellationToken);

    /// <summary>The same without a word on the terminal.</summary>
    /// <exception cref="IOException">Something of it cannot be done; the message says what.</exception>
    public Task PrepareQuietlyAsync(ServerOptions options, CancellationToken cancellationToken) =>
        PrepareAsync(options, new Seeder(Stores, options.Stores, isQuiet: true, options.InputKey), cancellationToken);

    /// <summary>
    /// Deletes all stores, and prepares what is then empty. A store that is declared MUST have the id that it had, and a seed that is not
    /// there any more MUST be found out before anything is deleted.
    /// </summary>
    /// <exception cref="IOException">Something of it cannot be done; the message says what.</exception>
    public async Task ResetAsync(ServerOptions options)
    {
        if (options.Seeds.FirstOrDefault(seed => !Path.Exists(seed)) is { } missing)
            throw new IOException($"{missing}, which was loaded at the start, is not there any more. Nothing was deleted.");

        while (await Stores.ListAsync(CancellationToken.None) is { Count: > 0 } stores)
            await Task.WhenAll(stores.Select(store => Stores.DeleteAsync(store, CancellationToken.None).AsTask()));
        await PrepareQuietlyAsync(options, CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        await Stores.DisposeAsync();
        if (IsEphemeral)
            EphemeralFolders.Remove(Folder);
    }

    private async Task PrepareAsync(ServerOptions options, Seeder seeder, CancellationToken cancellationToken)
    {
        await seeder.LoadAsync(options.Seeds, cancellationToken);
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
                return new OwnStorage(folder, options, isEphemeral: true);
            }
            catch (StorageRefusedException)
            {
                // Another one that starts at this moment took it for abandoned: it had its lock, and was not held yet.
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
