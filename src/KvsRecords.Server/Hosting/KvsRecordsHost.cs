using KvsRecords.Server.Emulator;
using KvsRecords.Server.Emulator.Journal;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.Page;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Schemas;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Hosting;

/// <summary>The whole server as a table of contents: its services, and the middleware that a request passes through, in order.</summary>
internal static class KvsRecordsHost
{
    public static WebApplication Build(
        ServerOptions options, Listener listener, OwnStorage? own = null, Action<WebApplicationBuilder>? change = null)
    {
        // Empty: no appsettings.json, no ASPNETCORE_ variables. The content root is set so that no folder of the user's is searched.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.AddLogging(options.LogLevel);
        builder.AddKestrel(options, listener);
        builder.Services.AddRouting();
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Users);
        builder.Services.AddSingleton<Redaction>();
        builder.Services.AddStores(options, own);
        builder.Services.AddSingleton(new RunDirectory(options.Runs));
        builder.Services.AddSingleton<PublicUrls>();
        builder.Services.AddSingleton<StoreAnswers>();
        builder.Services.AddSingleton<CollectionRules>();
        builder.Services.AddEmulator(own);
        builder.Services.AddOrigins(options.AllowedOrigins);
        builder.Services.AddRateLimits(options.RateLimit);
        builder.Services.AddSingleton<DownloadLimit>();
        builder.Services.AddSingleton<BrotliTurns>();
        change?.Invoke(builder);

        var app = builder.Build();
        app.UseStoreWarnings(own);
        app.UseRequestLog(quietPath: Health.Path);
        app.UseRequestJournal();
        app.UseCommonHeaders(options);
        app.UseErrorEnvelope();
        app.UseRefusals();
        app.UseHostCheck(options);
        app.UseDotSegmentCheck();
        app.UseMethodOverride();
        app.UseForeignPageCheck(options);
        app.UsePage(options);
        app.UseRouting();
        app.UseCors();
        app.UseResetWait();
        app.UseMiddleware<RequestResolution>();
        app.UseFaults();
        app.UseRateLimits(options.RateLimit);
        app.UseAccessRules();

        app.MapEmulator();
        app.MapApi();
        app.MapApiDocument();
        app.MapUnknownUrls();
        return app;
    }
}
