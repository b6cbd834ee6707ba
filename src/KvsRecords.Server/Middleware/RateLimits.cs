using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.RateLimiting;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// The service's rate limits: one for each store and caller, and one for each caller over everything. A caller is a user, or the address of
/// a client without a user's token: a stranger's requests do not count for the store's owner.
/// </summary>
internal static class RateLimits
{
    // Beyond this many stores, one more line in the log would not be read; the limit also bounds the memory.
    private const int MaxLoggedStores = 1_000;

    /// <summary>The name of the limit for a store, or for a user where no store is meant.</summary>
    public const string PerStore = "per-store";

    /// <summary>The name of the limit for the single records of a store.</summary>
    public const string Records = "records";

    public static void AddRateLimits(this IServiceCollection services, RateLimit limit)
    {
        var logged = new ConcurrentDictionary<string, bool>(StringComparer.Ordinal);
        services.AddRateLimiter(limiter =>
        {
            limiter.AddPolicy(PerStore, context => PerSecond(PerStore, context, limit.PerStoreAndSecond));
            limiter.AddPolicy(Records, context => PerSecond(Records, context, limit.RecordsPerStoreAndSecond));
            if (limit.PerStoreAndSecond is not null)
            {
                limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, Counted>(context =>
                    Bucket(new Counted("all", null, CallerOf(context)), RateLimit.GlobalPerMinute, TimeSpan.FromMinutes(1)));
            }

            limiter.OnRejected = async (rejected, _) =>
            {
                var context = rejected.HttpContext;
                LogOnce(context, logged);
                var perSecond = PageCalls.IsOne(context) ? PageCalls.MaxPerSecond : PerSecond(limit, context.GetEndpoint()) ?? 0;
                await new ErrorEnvelope(ApiError.RateLimitExceeded(perSecond)).ExecuteAsync(context);
            };
        });
    }

    /// <summary>Applies the limits, where there are any.</summary>
    /// <remarks>The framework's middleware never ends its timer, and that keeps each server of a process in memory.</remarks>
    public static void UseRateLimits(this WebApplication app, RateLimit limit)
    {
        if (limit != RateLimit.Off)
            app.UseRateLimiter();
    }

    /// <summary>Gives the number of requests that an endpoint allows in a second; null: any number.</summary>
    public static int? PerSecond(RateLimit limit, Endpoint? endpoint) =>
        endpoint?.Metadata.GetMetadata<EnableRateLimitingAttribute>()?.PolicyName == Records
            ? limit.RecordsPerStoreAndSecond
            : limit.PerStoreAndSecond;

    private static RateLimitPartition<Counted> PerSecond(string what, HttpContext context, int? perSecond) => perSecond is not { } tokens
        ? RateLimitPartition.GetNoLimiter(default(Counted))
        : PageCalls.IsOne(context)
            ? Bucket(new Counted("page", null, CallerOf(context)), PageCalls.MaxPerSecond, TimeSpan.FromSeconds(1))
            : Bucket(new Counted(what, ApiRequest.Find(context)?.Store?.Id, CallerOf(context)), tokens, TimeSpan.FromSeconds(1));

    private static RateLimitPartition<Counted> Bucket(Counted counted, int tokens, TimeSpan period) =>
        RateLimitPartition.GetTokenBucketLimiter(counted, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = tokens,
            TokensPerPeriod = tokens,
            ReplenishmentPeriod = period,
            QueueLimit = 0,
        });

    private static string CallerOf(HttpContext context) =>
        ApiRequest.Find(context)?.Caller?.User?.Id ?? Network(context.Connection.RemoteIpAddress);

    // One caller can have many addresses: this machine has 16 million, and the smallest network of IPv6 more than can be counted.
    internal static string Network(IPAddress? address)
    {
        if (address?.IsIPv4MappedToIPv6 == true)
            address = address.MapToIPv4();
        if (address is null || IPAddress.IsLoopback(address))
            return "loopback";
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
            return address.ToString();

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(bytes.Length / 2).Clear();
        return new IPAddress(bytes).ToString();
    }

    private static void LogOnce(HttpContext context, ConcurrentDictionary<string, bool> logged)
    {
        var store = ApiRequest.Find(context)?.Store?.ToString() ?? "";
        if (logged.ContainsKey(store) || logged.Count >= MaxLoggedStores || !logged.TryAdd(store, true))
            return;

        var logger = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(LogEvents.Category);
        logger.FirstRateLimited(Redaction.Redact(context, store));
    }

    /// <summary>
    /// The key of one counter. The framework drops counters that have been idle for ten seconds, so that the table does not grow for ever.
    /// </summary>
    /// <param name="What">The name of the limit.</param>
    /// <param name="Store">
    /// The id of the store; null: none is meant, or none is there. Ids that name no store count together, so that one caller who tries many
    /// does not fill the memory.
    /// </param>
    /// <param name="Caller">The id of the user, or the address.</param>
    private readonly record struct Counted(string What, string? Store, string Caller);
}
