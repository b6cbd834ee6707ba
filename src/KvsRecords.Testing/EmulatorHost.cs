using KvsRecords.Managed;
using KvsRecords.Server.Hosting;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Serilog;

namespace KvsRecords.Testing;

/// <summary>
/// The server as its program starts it, without the parts that belong to a process: its command line, its terminal, its signals.
/// </summary>
internal sealed class EmulatorHost : IAsyncDisposable
{
    private readonly ServerOptions _options;
    private readonly OwnStorage _own;
    private readonly Listener _listener;
    private readonly WebApplication _app;

    private EmulatorHost(ServerOptions options, OwnStorage own, Listener listener, Action<string>? log)
    {
        (_options, _own, _listener) = (options, own, listener);
        _app = KvsRecordsHost.Build(options, listener, own, builder =>
        {
            builder.Services.AddSerilog(logger => LogLines.Configure(logger, log), preserveStaticLogger: true);
            builder.Services.Replace(ServiceDescriptor.Singleton<IHostLifetime, NoSignals>());
        });
    }

    public Uri Address => new($"http://{_listener.Endpoints[0]}");

    public IManagedStores Stores => _own.Stores;

    public DeclaredStores Declared => _options.Stores;

    public IReadOnlyList<User> Users => _options.Users.Users;

    /// <exception cref="ArgumentException">The options cannot be meant.</exception>
    /// <exception cref="IOException">A seed cannot be read.</exception>
    public static async Task<EmulatorHost> StartAsync(KvsRecordsServerOptions given, CancellationToken cancellationToken)
    {
        var options = SettingsOf.Read(given);
        var problems = new Problems();
        var listener = Listener.Bind(options, problems);
        OwnStorage? own = null;
        EmulatorHost? host = null;
        try
        {
            if (problems.Any)
                throw new IOException(string.Join(Environment.NewLine, problems.Messages));

            own = (await OwnStorage.OpenAsync(options, cancellationToken))!;
            await own.PrepareAsync(options, reporter: null, cancellationToken);
            host = new EmulatorHost(options, own, listener, given.Log);
            await host._app.StartAsync(cancellationToken);
            return host;
        }
        catch
        {
            listener.Dispose();
            await (host?.DisposeAsync() ?? own?.DisposeAsync() ?? default);
            throw;
        }
    }

    public T Get<T>()
        where T : notnull => _app.Services.GetRequiredService<T>();

    public ValueTask<Store?> FindStoreAsync(string text, CancellationToken cancellationToken) =>
        new StoreLookup(_own.Stores, _options.Users).FindAsync(text, cancellationToken);

    // Open requests break off: no client waits for an answer any more. They end before what they use does, so that each has its line in
    // the log.
    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _listener.Dispose();
        await _own.DisposeAsync();
    }

    /// <summary>A lifetime that ignores signals: Ctrl-C is meant for the process, and not for a server in it.</summary>
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
