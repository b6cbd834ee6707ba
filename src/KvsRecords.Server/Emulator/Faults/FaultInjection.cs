using KvsRecords.Emulator;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Makes requests go wrong, as the rules say.</summary>
internal sealed class FaultInjection(
    FaultBook book, TimeProvider clock, IHostApplicationLifetime server, ILoggerFactory loggers)
{
    private readonly ILogger _logger = loggers.CreateLogger(LogEvents.Category);

    public async Task RunAsync(HttpContext context, RequestDelegate next)
    {
        if (book.Next(FaultTarget.Of(context)) is not { } rule)
        {
            await next(context);
            return;
        }

        // A wait ends when the client has left, or the server stops.
        _logger.FaultApplied(rule.Describe());
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, server.ApplicationStopping);
        try
        {
            await ApplyAsync(rule, context, next, gone.Token);
        }
        catch (OperationCanceledException) when (gone.IsCancellationRequested)
        {
            SentBody.BreakOff(context);
        }
    }

    private async Task ApplyAsync(Fault rule, HttpContext context, RequestDelegate next, CancellationToken gone)
    {
        if (rule.DelayMs is { } delay)
            await Task.Delay(TimeSpan.FromMilliseconds(delay), clock, gone);

        if (rule.Effect == FaultEffect.Refuse)
        {
            await Wire.CloseAsync(context, gone);
            return;
        }

        var answer = AnswerOf(rule, context, next);
        if (!rule.ChangesAnswer)
        {
            await answer(context);
            return;
        }

        await using var body = await RecordedBody.RecordAsync(context, answer);
        await new FaultyAnswer(rule, body.Bytes, clock).SendAsync(context, gone);
    }

    private static RequestDelegate AnswerOf(Fault rule, HttpContext context, RequestDelegate next) =>
        ErrorOf(rule, context) is { } error ? new ErrorEnvelope(error with { RetryAfter = rule.RetryAfter }).ExecuteAsync : next;

    private static ApiError? ErrorOf(Fault rule, HttpContext context)
    {
        if (rule.Effect == FaultEffect.Expired)
        {
            // As of a token that no user has, and of a signature of yesterday.
            if (ApiRequest.Find(context)?.Caller is { User: not null } or { IsUnknown: true })
                return ApiError.TokenNotValid;
            return RequestQuery.Of(context)["signature"] is null ? null : ApiError.PermissionDenied;
        }

        return rule.IsError && FaultErrors.Find(rule.Status, rule.Type) is { } error
            ? rule.Message is { } message ? error with { Message = message } : error
            : null;
    }
}
