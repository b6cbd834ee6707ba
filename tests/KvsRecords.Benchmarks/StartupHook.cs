using System.Diagnostics;
using System.Globalization;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;

/// <summary>
/// What the runtime calls in the process of our server before it starts: a second server, which serves one file by
/// <see cref="Results.File(string, string?, string?, DateTimeOffset?, Microsoft.Net.Http.Headers.EntityTagHeaderValue?, bool)"/>. So
/// splicing is compared with it under the same settings of the runtime, in a program that knows nothing of it. The name and the place of
/// this class are the runtime's.
/// </summary>
internal static class StartupHook
{
    private const string Hooks = "DOTNET_STARTUP_HOOKS";

    private const string FileVariable = "BENCHMARKS_FILE";

    private const string PortVariable = "BENCHMARKS_PORT";

    public static void AddTo(ProcessStartInfo server, string file, int port)
    {
        server.Environment[Hooks] = typeof(StartupHook).Assembly.Location;
        server.Environment[FileVariable] = file;
        server.Environment[PortVariable] = $"{port}";
    }

    public static void Initialize()
    {
        var file = Environment.GetEnvironmentVariable(FileVariable)!;
        var port = int.Parse(Environment.GetEnvironmentVariable(PortVariable)!, CultureInfo.InvariantCulture);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.WebHost.UseKestrelCore();
        // As the server has it.
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
