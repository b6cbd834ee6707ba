using KvsRecords.Emulator;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;

namespace KvsRecords.Server.Emulator.Journal;

/// <summary>
/// Notes each request in the journal, but those for the emulator itself and those of the page in the browser: when it comes, when it is
/// answered, and when it ends.
/// </summary>
internal static class RequestNotes
{
    // More than a path with the longest key takes, percent-encoded; it bounds the memory.
    private const int MaxTextLength = 1_000;

    public static void UseRequestJournal(this WebApplication app)
    {
        var journal = app.Services.GetRequiredService<RequestJournal>();
        app.Use(async (context, next) =>
        {
            if (IsLeftOut(context))
            {
                await next(context);
                return;
            }

            var entry = journal.Begin(Safe(context, context.Request.Method), SafePath(context), SafeQuery(context));
            context.Response.OnStarting(() =>
            {
                entry.BeginAnswer(known => Answered(known, context));
                return Task.CompletedTask;
            });
            var isWhole = false;
            try
            {
                await next(context);
                isWhole = !RequestFacts.WasBrokenOff(context) && !Answer.IsToNoClient(context.Response);
            }
            finally
            {
                entry.End(known => Ended(known, context, isWhole));
            }
        });
    }

    private static bool IsLeftOut(HttpContext context) => RouteNames.IsOfEmulator(context.Request.Path)
        || context.Request.Path.StartsWithSegments(RouteNames.Page, StringComparison.Ordinal)
        || PageCalls.IsOne(context);

    private static ReceivedRequest Answered(ReceivedRequest request, HttpContext context) => Asked(request, context) with
    {
        Status = context.Response.StatusCode,
        ErrorType = ErrorEnvelope.Find(context)?.Type,
    };

    private static ReceivedRequest Ended(ReceivedRequest request, HttpContext context, bool isWhole)
    {
        // Where the connection was broken before the first byte, there was no answer.
        var isAnswered = context.Response.HasStarted || isWhole;
        return (isAnswered ? Answered(request, context) : Asked(request, context)) with
        {
            BytesSent = isAnswered ? RequestFacts.BytesSent(context) : 0,
            BrokenOff = !isWhole,
        };
    }

    private static ReceivedRequest Asked(ReceivedRequest request, HttpContext context)
    {
        var store = ApiRequest.Find(context);
        var operation = Operation.Find(context);
        return request with
        {
            // Redacted once more: by now the signing key of the store is known.
            Path = SafePath(context),
            Query = SafeQuery(context),
            Operation = operation?.Name,
            Store = store?.Store is { } found ? found.Name is null ? found.Id : Safe(context, $"{found}")
                : store?.Called is { } called ? Safe(context, RequestFacts.WithoutQuery(called)) : null,
            StoreId = store?.Store?.Id,
            Key = operation?.HasKey == true ? Safe(context, RequestFacts.WithoutQuery(KeyInPath.Of(context).Text)) : null,
            User = store?.Caller.User?.Username,
        };
    }

    private static string SafePath(HttpContext context) => Cut(RequestFacts.Path(context));

    private static string SafeQuery(HttpContext context) => Cut(RequestQuery.Of(context).Known((name, value) =>
        name is "token" or "signature" ? Redaction.Mask : Redaction.Redact(context, value)));

    private static string Safe(HttpContext context, string text) => Cut(Redaction.Redact(context, text));

    private static string Cut(string text) => text.Length <= MaxTextLength
        ? text
        : $"{text[..(char.IsHighSurrogate(text[MaxTextLength - 1]) ? MaxTextLength - 1 : MaxTextLength)]}…";
}
