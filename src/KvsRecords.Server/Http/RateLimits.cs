using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Observability;
using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.RateLimiting;

namespace KvsRecords.Server.Http;

/// <summary>The service's rate limits: one for each store, and one for each user (or address) over everything.</summary>
internal static class RateLimits
{
    /// <summary>The name of the limit for a store, or for a user where no store is meant.</summary>
    public const string PerStore = "per-store";

    /// <summary>The name of the limit for the single records of a store.</summary>
    public const string Records = "records";

    public static void AddRateLimits(this IServiceCollection services, RateLimit limit)
    {
        var toldOf = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(PerStore, context => PerSecond("", context, limit.PerStoreAndSecond));
            limiter.AddPolicy(Records, context => PerSecond("records of ", context, limit.RecordsPerStoreAndSecond));
            if (limit.PerStoreAndSecond is not null)
            {
                limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(context =>
                    Bucket(CallerOf(context), RateLimit.GlobalPerMinute, TimeSpan.FromMinutes(1)));
            }

            limiter.OnRejected = async (rejected, _) =>
            {
                TellOnce(rejected.HttpContext, toldOf);
                var perSecond = PerSecond(limit, rejected.HttpContext.GetEndpoint()) ?? 0;
                await new ErrorEnvelope(ApiError.RateLimitExceeded(perSecond)).ExecuteAsync(rejected.HttpContext);
            };
        });
    }

    /// <summary>How many requests a second an endpoint allows; null: as many as want to.</summary>
    public static int? PerSecond(RateLimit limit, Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Records
            ? limit.RecordsPerStoreAndSecond
            : limit.PerStoreAndSecond;

    private static RateLimitPartition<string> PerSecond(string what, HttpContext context, int? perSecond) => perSecond is { } tokens
        ? Bucket(what + (StoreRequest.Find(context)?.RateLimitPartition ?? $"user {CallerOf(context)}"), tokens, TimeSpan.FromSeconds(1))
        : RateLimitPartition.GetNoLimiter("");

    private static RateLimitPartition<string> Bucket(string partition, int tokens, TimeSpan period) =>
        RateLimitPartition.GetTokenBucketLimiter(partition, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = tokens,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = period,
            QueueLimit = 0,
        });

    private static string CallerOf(HttpContext context) =>
        (StoreRequest.Find(context)?.Caller ?? UserRequest.Find(context)?.Caller)?.User?.Id ?? context.Connection.RemoteIpAddress?.ToString() ?? "";

    // Ids that name no store share one line, so that whoever tries many does not fill the memory or the log.
    private static void TellOnce(HttpContext context, ConcurrentDictionary<string, bool> toldOf)
    {
        var store = StoreRequest.Find(context)?.Store?.ToString() ?? "";
        if (toldOf.TryAdd(store, true))
            context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(LogEvents.Category).FirstRateLimited(SecretMask.Hide(context, store));
    }
}
