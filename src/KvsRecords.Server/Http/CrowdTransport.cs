using System.Net;
using KvsRecords.Archive;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Options;

namespace KvsRecords.Server.Http;

/// <summary>
/// Kestrel's sockets, in two ways: whoever comes while there are few connections may have more bytes waiting to be sent than whoever comes
/// to a crowd. The first is fast: with half as much, pictures took a tenth longer. The second is small: with as much for all, 500 downloads
/// took 534 MB.
/// </summary>
internal sealed class CrowdTransport : IConnectionListenerFactory
{
    private const int Few = 64;

    private readonly SocketTransportFactory _roomy;
    private readonly SocketTransportFactory _tight;

    public CrowdTransport(IOptionsFactory<SocketTransportOptions> options, ILoggerFactory loggers)
    {
        _roomy = Make(portions: 4);
        _tight = Make(portions: 1);

        SocketTransportFactory Make(int portions)
        {
            var made = options.Create(Options.DefaultName);
            made.MaxWriteBufferSize = portions * SplicedArchive.PortionSize;
            return new SocketTransportFactory(Options.Create(made), loggers);
        }
    }

    public async ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        new Listening(await _roomy.BindAsync(endpoint, cancellationToken), await _tight.BindAsync(endpoint, cancellationToken));

    // Both listen on the same socket.
    private sealed class Listening(IConnectionListener roomy, IConnectionListener tight) : IConnectionListener
    {
        private int _open;

        public EndPoint EndPoint => roomy.EndPoint;

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            var listener = Volatile.Read(ref _open) < Few ? roomy : tight;
            if (await listener.AcceptAsync(cancellationToken) is not { } connection)
                return null;

            Interlocked.Increment(ref _open);
            connection.ConnectionClosed.Register(() => Interlocked.Decrement(ref _open));
            return connection;
        }

        public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            await roomy.UnbindAsync(cancellationToken);
            await tight.UnbindAsync(cancellationToken);
        }

        public async ValueTask DisposeAsync()
        {
            await roomy.DisposeAsync();
            await tight.DisposeAsync();
        }
    }
}
