using System.Threading.RateLimiting;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// The limit on the archives that are sent at once. The server refuses one more immediately: a client cannot tell a queue from a hang. An
/// answer without a body, to <c>HEAD</c>, is never refused.
/// </summary>
internal sealed class DownloadLimit(ServerOptions options, ILoggerFactory loggers) : IDisposable
{
    private readonly ConcurrencyLimiter _limiter = new(new ConcurrencyLimiterOptions { PermitLimit = options.MaxDownloads, QueueLimit = 0 });
    private bool _isLogged;

    public IResult Apply(IResult download) => new Limited(this, download);

    public void Dispose() => _limiter.Dispose();

    private Task RefuseAsync(HttpContext context)
    {
        if (!Interlocked.Exchange(ref _isLogged, true))
            loggers.CreateLogger(LogEvents.Category).FirstDownloadRefused(options.MaxDownloads);

        return new ErrorEnvelope(ApiError.TooManyDownloads(options.MaxDownloads)).ExecuteAsync(context);
    }

    private sealed class Limited(DownloadLimit limit, IResult download) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            if (HttpMethods.IsHead(httpContext.Request.Method))
            {
                await download.ExecuteAsync(httpContext);
                return;
            }

            using var lease = limit._limiter.AttemptAcquire();
            await (lease.IsAcquired ? download.ExecuteAsync(httpContext) : limit.RefuseAsync(httpContext));
        }
    }
}
