using System.Net;
using System.Net.Sockets;
using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace KvsRecords.Server.Hosting;

/// <summary>
/// The addresses that the server listens on, taken before anything else starts: a port in use is then reported together with all other
/// problems, and port 0 means the same port for IPv4 and IPv6, which Kestrel itself does not do. The server answers only once Kestrel
/// listens.
/// </summary>
internal sealed class Listener : IDisposable
{
    // With port 0, the port that one address has may be in use at the other; then another is tried.
    private const int MaxTries = 20;

    private readonly Dictionary<EndPoint, Socket> _sockets = [];
    private readonly List<IPEndPoint> _endpoints = [];

    /// <summary>The addresses taken, with their real port; the first is the one to be named.</summary>
    public IReadOnlyList<IPEndPoint> Endpoints => _endpoints;

    public static Listener Bind(ServerOptions options, Problems problems)
    {
        for (var left = options.Port == 0 ? MaxTries : 1; ; left--)
        {
            var listener = new Listener();
            try
            {
                listener.BindAll(options.Addresses, options.Port);
                return listener;
            }
            catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse && left > 1)
            {
                listener.Dispose();
            }
            catch (SocketException e)
            {
                listener.Dispose();
                problems.Add(Problem(options, e));
                return listener;
            }
        }
    }

    /// <summary>Gives Kestrel the socket that was bound for an address; another one for an address that others add.</summary>
    public Socket SocketFor(EndPoint endpoint) =>
        _sockets.TryGetValue(endpoint, out var socket) ? socket : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);

    public void Dispose()
    {
        foreach (var socket in _sockets.Values)
            socket.Dispose();
    }

    private void BindAll(IReadOnlyList<IPAddress> addresses, int port)
    {
        foreach (var address in addresses)
        {
            var first = _endpoints.Count == 0;
            if (address.AddressFamily == AddressFamily.InterNetworkV6 && !Socket.OSSupportsIPv6)
            {
                if (address.Equals(IPAddress.IPv6Any))
                    port = Bind(new IPEndPoint(IPAddress.Any, port));
                else if (first)
                    throw new SocketException((int)SocketError.AddressFamilyNotSupported);
                continue;
            }

            try
            {
                port = Bind(new IPEndPoint(address, port));
            }
            catch (SocketException e) when (!first && e.SocketErrorCode == SocketError.AddressNotAvailable)
            {
                // The machine does not have the second address.
            }
        }
    }

    private int Bind(IPEndPoint endpoint)
    {
        var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        var bound = (IPEndPoint)socket.LocalEndPoint!;
        _sockets.Add(bound, socket);
        _endpoints.Add(bound);
        return bound.Port;
    }

    private static string Problem(ServerOptions options, SocketException e) => e.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse =>
            $"{Setting.Port.Flag}: port {options.Port} is in use by another program; allowed: a free one, or 0 for whichever is free",
        SocketError.AccessDenied =>
            $"{Setting.Port.Flag}: port {options.Port} may not be used without more rights; allowed: as a rule 1024 to 65535, or 0 for whichever is free",
        _ => $"{Setting.Host.Flag}: cannot listen on {string.Join(", ", options.Addresses)}: {e.Message}; allowed: {Setting.Host.Help}",
    };
}
