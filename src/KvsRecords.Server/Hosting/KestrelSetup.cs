using KvsRecords.Server.Http;
using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace KvsRecords.Server.Hosting;

/// <summary>The web server: where it listens, and how it stops.</summary>
internal static class KestrelSetup
{
    public static void AddKestrel(this WebApplicationBuilder builder, ServerOptions options, Listener listener)
    {
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = listener.SocketFor);
        builder.Services.Replace(ServiceDescriptor.Singleton<IMemoryPoolFactory<byte>, PortionPool>());
        builder.Services.Replace(ServiceDescriptor.Singleton<IConnectionListenerFactory, CrowdTransport>());
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The endpoint that reads a body knows how long it may be, decoded, and refuses it with an error of the API's.
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (var endpoint in listener.Endpoints)
                kestrel.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
    }
}
