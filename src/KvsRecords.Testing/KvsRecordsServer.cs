using System.Net.Http.Headers;
using KvsRecords.Emulator;
using KvsRecords.Server.Emulator;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Storage;
using KvsRecords.Server.Storage.Seeding;
using KvsRecords.Storage;

namespace KvsRecords.Testing;

/// <summary>
/// An emulator of the Apify API's key-value stores, in this process. Each MUST listen on a port of its own, on loopback alone; MUST keep
/// its stores in a temporary folder of its own; MUST NOT share anything with others beside it; MUST NOT read the environment, a
/// configuration file or signals, and MUST NOT write to the terminal. All members may be called by several callers at once.
/// </summary>
public sealed class KvsRecordsServer : IAsyncDisposable
{
    private readonly EmulatorHost _host;
    private readonly Dictionary<string, string> _tokens;

    private KvsRecordsServer(EmulatorHost host, IReadOnlyList<TestUser> users)
    {
        _host = host;
        _tokens = users.ToDictionary(user => user.Username, user => user.Token, StringComparer.OrdinalIgnoreCase);
        Token = users[0].Token;
    }

    /// <summary>Gives the address of the server, without a path: what the official clients call the base URL.</summary>
    public Uri BaseAddress => _host.Address;

    /// <summary>The token of the first user.</summary>
    public string Token { get; }

    /// <summary>Gives the server's clock: real time, unless <see cref="SetTime"/> was called.</summary>
    public TimeProvider Clock => _host.Get<AdjustableClock>();

    /// <summary>Starts a server. It MUST answer requests when the task ends; when the start fails, nothing of it MUST be left.</summary>
    /// <param name="options">Its settings; null: the defaults.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The options cannot be meant; the message says all that is wrong, and what is allowed.</exception>
    /// <exception cref="IOException">A seed cannot be read; the message says which.</exception>
    public static async Task<KvsRecordsServer> StartAsync(KvsRecordsServerOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new KvsRecordsServerOptions();
        return new KvsRecordsServer(await EmulatorHost.StartAsync(options, cancellationToken), options.Users);
    }

    /// <summary>The token of a user, compared without case.</summary>
    /// <exception cref="ArgumentException">There is no such user; the message says which there are.</exception>
    public string TokenOf(string username) => _tokens.GetValueOrDefault(username)
        ?? throw new ArgumentException($"There is no user '{username}'. There are: {string.Join(", ", _tokens.Keys)}.", nameof(username));

    /// <summary>A client with <see cref="BaseAddress"/> that MUST send the token of a user; null: of the first one. The caller disposes it.</summary>
    /// <exception cref="ArgumentException">There is no such user.</exception>
    public HttpClient CreateClient(string? username = null)
    {
        var token = username is null ? Token : TokenOf(username);
        return new HttpClient { BaseAddress = BaseAddress, DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token) } };
    }

    /// <summary>
    /// Makes a store, or changes the settings of an existing one: the owner's store of that name, compared without case, or else the one
    /// with the id of the settings. Its records MUST stay.
    /// </summary>
    /// <param name="name">The name; null: it has none.</param>
    /// <param name="settings">Its settings; null: none.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="ArgumentException">The settings cannot be meant or fulfilled; the message says why.</exception>
    public async Task<TestStore> CreateStoreAsync(
        string? name = null, StoreSettings? settings = null, CancellationToken cancellationToken = default)
    {
        var declaration = (settings ?? new StoreSettings()).Declare(name, _host);
        try
        {
            return new TestStore(await _host.Stores.DeclareAsync(declaration, _host.Users[0], cancellationToken), _host.Stores);
        }
        catch (Exception e) when (e is StoreIdTakenException or StoreNameTakenException)
        {
            throw new ArgumentException(e.Message, nameof(settings), e);
        }
    }

    /// <summary>
    /// Loads stores: those of a crawler's storage folder, or that of an archive <c>NAME.zip</c>. One that is there already MUST stay as it
    /// is. They are not among the seeds that a reset goes back to; those are in the options.
    /// </summary>
    /// <returns>The stores that were made.</returns>
    /// <exception cref="IOException">It cannot be read; the message says why.</exception>
    public async Task<IReadOnlyList<TestStore>> LoadAsync(string path, CancellationToken cancellationToken = default)
    {
        var seeder = new Seeder(_host.Stores, _host.Declared);
        var made = await seeder.LoadAsync([Path.GetFullPath(path)], cancellationToken);
        var all = await ListStoresAsync(cancellationToken);
        return [.. all.Where(store => made.Any(model => model.Id == store.Id))];
    }

    /// <summary>A store by its id, by <c>username~name</c>, or by the name alone where it is the first user's. MUST be null when there is none.</summary>
    public async Task<TestStore?> FindStoreAsync(string idOrName, CancellationToken cancellationToken = default) =>
        await _host.FindStoreAsync(idOrName, cancellationToken) is { } store ? new TestStore(store, _host.Stores) : null;

    /// <summary>All stores of all users, in the order in which they were made.</summary>
    public async Task<IReadOnlyList<TestStore>> ListStoresAsync(CancellationToken cancellationToken = default) =>
        [.. (await _host.Stores.ListAsync(cancellationToken)).Select(store => new TestStore(store, _host.Stores))];

    /// <summary>
    /// The requests that came since the start, the last reset or <see cref="ForgetRequests"/>, the oldest first; of very many, the newest
    /// 10,000. MUST hold those whose answer a client has seen; MUST NOT hold a token or a signature.
    /// </summary>
    public async Task<IReadOnlyList<ReceivedRequest>> ListRequestsAsync(CancellationToken cancellationToken = default)
    {
        var journal = _host.Get<RequestJournal>();
        await journal.SettleAsync(cancellationToken);
        return journal.Read(new RequestFilter());
    }

    /// <summary>Forgets the requests that came so far.</summary>
    public void ForgetRequests() => _host.Get<RequestJournal>().Clear();

    /// <summary>
    /// Sets the faults from now on, in place of earlier ones; without any, no request goes wrong. A request MUST meet the first fault that
    /// it matches and whose turn it is.
    /// </summary>
    /// <exception cref="ArgumentException">One of them cannot be meant; the message says which, and what is allowed. Then nothing changes.</exception>
    public Task SetFaultsAsync(params IReadOnlyList<Fault> faults)
    {
        _host.Get<FaultBook>().Set(faults);
        return Task.CompletedTask;
    }

    /// <summary>
    /// Sets the time, which then stands still: signatures expire without waiting. Null: real time again. How long something takes is
    /// measured in real time all the same.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is before 1970 or after 2999.</exception>
    public void SetTime(DateTimeOffset? time)
    {
        if (!_host.Get<AdjustableClock>().TrySet(time is { } instant ? ClockSetting.At(instant) : ClockSetting.Real))
            throw new ArgumentOutOfRangeException(nameof(time), time, "Allowed: a time from 1970 to 2999, or null for the real one.");
    }

    /// <summary>
    /// MUST make everything as it was at the start: only the stores of <see cref="KvsRecordsServerOptions.Seeds"/>, no requests, no
    /// faults, the real time. The address and the tokens stay.
    /// </summary>
    /// <exception cref="IOException">A seed cannot be read any more.</exception>
    public Task ResetAsync(CancellationToken cancellationToken = default) => _host.Get<StoreReset>().ResetAsync(cancellationToken);

    /// <summary>Ends it, also in the middle of answers, and removes its stores.</summary>
    public ValueTask DisposeAsync() => _host.DisposeAsync();
}
