using KvsRecords.Folder;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Cli;

/// <summary>The stores that the settings name, for a command that serves no requests. Nothing is made where nothing is.</summary>
internal sealed class StoresToRead : IAsyncDisposable
{
    private const int MaxListed = 20;

    private readonly ServerOptions _options;
    private readonly OwnStorage? _own;

    private StoresToRead(ServerOptions options, IStoreReader reader, OwnStorage? own) => (_options, Reader, _own) = (options, reader, own);

    public IStoreReader Reader { get; }

    /// <exception cref="IOException">They are not there, or are refused.</exception>
    public static async Task<StoresToRead> OpenAsync(ServerOptions options, IFolderEvents events, CancellationToken cancellationToken)
    {
        if (options.Storage is StorageChoice.LiveFolder live)
            return new StoresToRead(options, new FolderStorage(live.Folder, options.Stores, events, options.InputKey), own: null);

        var own = await OwnStorage.OpenToReadAsync(options, cancellationToken);
        return new StoresToRead(options, own.Stores, own);
    }

    /// <summary>Finds the store that a person means by an id, <c>username~name</c>, <c>~name</c>, or the name alone.</summary>
    /// <exception cref="IOException">There is none; the message says which there are.</exception>
    public async Task<Store> FindAsync(string text, CancellationToken cancellationToken)
    {
        var found = await new StoreLookup(Reader, _options.Users).FindAsync(text, cancellationToken);
        return found ?? throw new IOException($"There is no store '{text}'. {await WhichThereAreAsync(cancellationToken)}");
    }

    public ValueTask DisposeAsync() => _own?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<string> WhichThereAreAsync(CancellationToken cancellationToken)
    {
        var stores = await Reader.ListAsync(cancellationToken);
        var names = stores.Select(store => store.Name is null ? store.Id : $"{store}").Order(StringComparer.Ordinal).Take(MaxListed);
        return stores.Count switch
        {
            0 => "There is none at all.",
            <= MaxListed => $"There are: {string.Join(", ", names)}.",
            _ => $"There are {stores.Count}, among them: {string.Join(", ", names)}.",
        };
    }
}
