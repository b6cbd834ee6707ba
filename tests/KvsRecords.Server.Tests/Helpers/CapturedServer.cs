using System.Globalization;
using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
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
/// <param name="tokensAreSecrets">Whether what comes as a token may not be said.</param>
internal sealed class CapturedServer(bool tokensAreSecrets) : IStartupFilter, ILogEventSink
{
    private readonly MessageTemplateTextFormatter _line = new(LogSetup.Line, CultureInfo.InvariantCulture);

    public static void Watch(WebApplicationBuilder builder)
    {
        var server = new CapturedServer(Captured.TokensAreSecrets);
        builder.Services.AddSingleton<IStartupFilter>(server);

        // On the screen it would only be in the way.
        builder.Services.AddSerilog(log => LogSetup.Configure(log, LogEventLevel.Debug, to => to.Sink(server)), preserveStaticLogger: true);
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
            if (tokensAreSecrets)
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
