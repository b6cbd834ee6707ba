using KvsRecords.Server.Answers;
using KvsRecords.Server.Description;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;

namespace KvsRecords.Server.Emulator.Requests;

/// <summary><c>GET</c> and <c>DELETE /_emulator/requests</c>: what came, and that it is forgotten.</summary>
internal static class ListRequests
{
    private const string Pattern = "/requests";

    public static void MapRequests(this RouteGroupBuilder emulator)
    {
        emulator.MapGet(Pattern, HandleAsync)
            .WithSummary("Lists the requests that came, the oldest first, without secrets.")
            .Takes(RequestParameters.OfRequests)
            .Answers<RequestListAnswer>(StatusCodes.Status200OK, "Those that every filter lets through. The newest 10,000 are kept.");
        emulator.MapDelete(Pattern, (RequestJournal journal) =>
        {
            journal.Clear();
            return TypedResults.NoContent();
        })
            .WithSummary("Forgets the requests that came.")
            .AnswersNothing(StatusCodes.Status204NoContent, "They are forgotten.");
        emulator.MapOtherMethods(Pattern, HttpMethods.Get, HttpMethods.Delete);
    }

    private static async Task<IResult> HandleAsync(HttpRequest http, RequestJournal journal, CancellationToken cancellationToken)
    {
        var (filter, wrong) = RequestFilter.Read(http);
        if (wrong is not null)
            return new ErrorEnvelope(ApiError.InvalidInput(wrong));

        await journal.SettleAsync(cancellationToken);
        var requests = journal.Read(filter);
        return Answer.Ok(new RequestListAnswer(requests.Count, journal.Dropped, requests));
    }
}
