using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KvsRecords.Server.Http;

/// <summary>The web server: where it listens, and how it stops.</summary>
internal static class KestrelSetup
{
    public static void AddKestrel(this WebApplicationBuilder builder, ServerOptions options, Listener listener)
    {
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets(sockets => sockets.CreateBoundListenSocket = listener.SocketFor);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // Whoever reads a body knows how long it may be, decoded, and says so with an error of the API's.
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (var endpoint in listener.Endpoints)
                kestrel.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
    }
}
