using KvsRecords.Archive;
using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace KvsRecords.Server.Hosting;

/// <summary>The web server: where it listens, and how it stops.</summary>
internal static class KestrelSetup
{
    public static void AddKestrel(this WebApplicationBuilder builder, ServerOptions options, Listener listener)
    {
        builder.WebHost.UseKestrelCore();
        builder.WebHost.UseSockets(sockets =>
        {
            sockets.CreateBoundListenSocket = listener.SocketFor;

            // Portions are sent while the next one is filled. Of a download of mixed records, and of pictures, two took 1.2 times the time
            // of four, and three 1.03 to 1.06 times; with four, 500 downloads took 530 MB.
            sockets.MaxWriteBufferSize = 3 * SplicedArchive.PortionSize;
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;

            // The endpoint that reads a body knows its greatest length, decoded, and refuses a longer one with an error of the API's.
            kestrel.Limits.MaxRequestBodySize = null;
            foreach (var endpoint in listener.Endpoints)
                kestrel.Listen(endpoint, listen => listen.Protocols = HttpProtocols.Http1);
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.ShutdownTimeout);
    }
}
