using System.Globalization;
using KvsRecords.Emulator;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;
using KvsRecords.Server.Observability;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Makes requests go wrong, as the rules say.</summary>
internal sealed class FaultInjection(
    FaultBook book, LastWrites lastWrites, TimeProvider clock, IHostApplicationLifetime server, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger(LogEvents.Category);

    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        var target = FaultTarget.Of(context);
        RequestDelegate carryOut = book.WatchesWrites && target is { WritesRecord: true, Store: not null }
            ? writing => lastWrites.WatchAsync(target.Store, () => next(writing), () => writing.Response.StatusCode)
            : next;
        if (book.Next(target) is not { } rule)
        {
            await carryOut(context);
            return;
        }

        // Whatever is waited for ends when nobody waits for it any more.
        _logger.FaultApplied(rule.Describe());
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.ApplicationStopping);
        try
        {
            await ApplyAsync(rule, context, carryOut, gone.Token);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            Wire.Reset(context);
        }
    }

    private async Task ApplyAsync(Fault rule, HttpContext context, RequestDelegate carryOut, CancellationToken gone)
    {
        if (rule.DelayMs is { } delay)
            await Task.Delay(TimeSpan.FromMilliseconds(delay), clock, gone);

        if (rule.Effect == FaultEffect.Refuse)
        {
            await Wire.CloseAsync(context, gone);
            return;
        }

        var answer = AnswerOf(rule, context, carryOut);
        if (!rule.ChangesAnswer)
        {
            await answer(context);
            return;
        }

        await using var body = await RecordedBody.RecordAsync(context, answer);
        await new FaultyAnswer(rule, body.Bytes, clock).SendAsync(context, gone);
    }

    private RequestDelegate AnswerOf(Fault rule, HttpContext context, RequestDelegate carryOut)
    {
        if (ErrorOf(rule, context) is { } error)
        {
            if (rule.RetryAfter is { } seconds)
                context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            return new ErrorEnvelope(error).ExecuteAsync;
        }

        if (rule.Effect == FaultEffect.Stale)
            context.RequestServices = new StaleServices(context.RequestServices, lastWrites);
        return carryOut;
    }

    private static ApiError? ErrorOf(Fault rule, HttpContext context)
    {
        if (rule.Effect == FaultEffect.Expired)
        {
            // As of a token that no user has, and of a signature of yesterday.
            if ((StoreRequest.Find(context)?.Caller ?? UserRequest.Find(context)?.Caller) is { User: not null } or { IsUnknown: true })
                return ApiError.TokenNotValid;
            return RequestQuery.Of(context)["signature"] is null ? null : ApiError.PermissionDenied;
        }

        return rule.IsError && ErrorCatalogue.Find(rule.Status, rule.Type) is { } error
            ? rule.Message is { } message ? error with { Message = message } : error
            : null;
    }
}
