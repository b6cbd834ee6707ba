using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>
/// <c>PUT</c>, <c>GET</c> and <c>DELETE /_emulator/faults</c>: sets the faults, and lists them with the number of times that each was met.
/// </summary>
internal static class FaultRoutes
{
    private const string Pattern = "/faults";

    public static void MapFaults(this RouteGroupBuilder emulator)
    {
        emulator.MapPut(Pattern, PutAsync)
            .WithSummary("Says what is to go wrong, in the place of all rules before. Requests to /_emulator itself meet no fault.")
            .TakesBody("FaultRules");
        emulator.MapGet(Pattern, Get)
            .WithSummary("Says what is to go wrong, and how often it did.");
        emulator.MapDelete(Pattern, Delete)
            .WithSummary("Clears the rules.");
        emulator.MapOtherMethods(Pattern, HttpMethods.Get, HttpMethods.Put, HttpMethods.Delete);
    }

    [ProducesResponseType<Enveloped<IReadOnlyList<FaultState>>>(
        StatusCodes.Status200OK, Description = "They hold, and are counted from the beginning.")]
    private static async Task<IResult> PutAsync(HttpRequest http, FaultBook faults, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadJsonAsync(http, cancellationToken);
        var (rules, wrong) = FaultRules.Read(body?.RootElement);
        if (wrong is not null)
            return new ErrorEnvelope(ApiError.InvalidInput(wrong));

        faults.Set(rules);
        return Get(faults);
    }

    [ProducesResponseType<Enveloped<IReadOnlyList<FaultState>>>(
        StatusCodes.Status200OK, Description = "Each rule, and how often it was met so far.")]
    private static Answer Get(FaultBook faults) => Answer.Ok(faults.Read(), FaultContext.Default.EnvelopedIReadOnlyListFaultState);

    [ProducesResponseType(StatusCodes.Status204NoContent, Description = "Nothing is to go wrong any more.")]
    private static NoContent Delete(FaultBook faults)
    {
        faults.Reset();
        return TypedResults.NoContent();
    }
}
