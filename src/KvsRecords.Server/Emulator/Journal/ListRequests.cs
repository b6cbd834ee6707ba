using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Responses;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Emulator.Journal;

/// <summary><c>GET</c> and <c>DELETE /_emulator/requests</c>: lists the requests that came, and forgets them.</summary>
internal static class ListRequests
{
    private const string Pattern = "/requests";

    public static void MapRequests(this RouteGroupBuilder emulator)
    {
        emulator.MapGet(Pattern, HandleAsync)
            .WithSummary("Lists the requests that came, the oldest first, without secrets.")
            .Takes("methodOfRequests", "operation", "store", "key", "statusOfRequests", "since");
        emulator.MapDelete(Pattern, Delete)
            .WithSummary("Forgets the requests that came.");
        emulator.MapOtherMethods(Pattern, HttpMethods.Get, HttpMethods.Delete);
    }

    [ProducesResponseType<Enveloped<RequestListAnswer>>(
        StatusCodes.Status200OK, Description = "Those that every filter lets through. The newest 10,000 are kept.")]
    private static async Task<IResult> HandleAsync(HttpRequest http, RequestJournal journal, CancellationToken cancellationToken)
    {
        var (filter, wrong) = RequestFilter.Read(http);
        if (wrong is not null)
            return new ErrorEnvelope(ApiError.InvalidInput(wrong));

        await journal.SettleAsync(cancellationToken);
        var requests = journal.Read(filter);
        return Answer.Ok(new RequestListAnswer(requests.Count, journal.Dropped, requests));
    }

    [ProducesResponseType(StatusCodes.Status204NoContent, Description = "They are forgotten.")]
    private static NoContent Delete(RequestJournal journal)
    {
        journal.Clear();
        return TypedResults.NoContent();
    }
}
