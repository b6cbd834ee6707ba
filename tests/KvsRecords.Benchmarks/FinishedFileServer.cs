using System.Diagnostics;
using System.Globalization;
using System.Net;
using KvsRecords.Archive;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

namespace KvsRecords.Benchmarks;

/// <summary>
/// A second server in the process of ours, which serves one file by
/// <see cref="Results.File(string, string?, string?, DateTimeOffset?, Microsoft.Net.Http.Headers.EntityTagHeaderValue?, bool)"/>. So
/// splicing is compared with it under the same settings of the runtime, in a program that knows nothing of it.
/// </summary>
internal static class FinishedFileServer
{
    private const string FileVariable = "BENCHMARKS_FILE";

    private const string PortVariable = "BENCHMARKS_PORT";

    public static void AddTo(ProcessStartInfo server, string file, int port)
    {
        server.Environment["DOTNET_STARTUP_HOOKS"] = typeof(StartupHook).Assembly.Location;
        server.Environment[FileVariable] = file;
        server.Environment[PortVariable] = $"{port}";
    }

    /// <summary>Begins to serve, in the server.</summary>
    public static void Listen()
    {
        if (Environment.GetEnvironmentVariable(FileVariable) is not { } file)
            return;

        var port = int.Parse(Environment.GetEnvironmentVariable(PortVariable)!, CultureInfo.InvariantCulture);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();

        // As the server has it.
        builder.WebHost.UseSockets(sockets => sockets.MaxWriteBufferSize = 4 * SplicedArchive.PortionSize);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
        });
        var app = builder.Build();
        app.Run(context => Results.File(file, "application/zip").ExecuteAsync(context));
        app.Start();
    }
}
