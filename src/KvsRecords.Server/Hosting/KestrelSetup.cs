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

            // One portion is sent while the next is filled. With twice as much, 500 downloads took 530 MB instead of 330 MB.
            sockets.MaxWriteBufferSize = 2 * SplicedArchive.PortionSize;

            // Sends from the thread pool's own queue: a download of mixed records took 0.9 of the time that it takes with Kestrel's queues.
            sockets.IOQueueCount = 0;
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
