using System.Globalization;
using KvsRecords.Server.Emulator.Requests;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;
using KvsRecords.Server.Observability;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace KvsRecords.Server.Tests;

/// <summary>Captures what a server in this process says: each line of its log at the lowest level, each error, each request that it tells of.</summary>
internal sealed class CapturedServer : IStartupFilter, ILogEventSink
{
    private readonly MessageTemplateTextFormatter _line = new(Logging.Line, CultureInfo.InvariantCulture);

    public static void Watch(WebApplicationBuilder builder)
    {
        // On the screen it would only be in the way.
        var log = Logging.Configure(new LoggerConfiguration(), LogEventLevel.Debug);
        if (Captured.IsWanted)
        {
            var server = new CapturedServer();
            builder.Services.AddSingleton<IStartupFilter>(server);
            log = log.WriteTo.Sink(server);
        }

        builder.Services.AddSerilog(log.CreateLogger());
    }

    /// <summary>The server is about to end.</summary>
    public static void TakeRequests(IServiceProvider services)
    {
        foreach (var request in services.GetRequiredService<RequestJournal>().Read(new RequestFilter()))
            Captured.Said($"{request}");
    }

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        _line.Format(logEvent, text);
        Captured.Said(text.ToString());
    }

    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, following) =>
        {
            NoteSecrets(context);
            try
            {
                await following(context);
            }
            finally
            {
                if (ErrorEnvelope.Find(context) is { } error)
                    Captured.Said($"{error.Type} {error.Message} {string.Join(' ', error.Data?.ValidationErrors ?? [])}");
            }
        });
        next(app);
    };

    private static void NoteSecrets(HttpContext context)
    {
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
            Captured.Secret(authorization["Bearer ".Length..].Trim());
        var query = RequestQuery.Parse(context.Request.QueryString.Value ?? "");
        Captured.Secret(query["token"], query["signature"]);
    }
}
