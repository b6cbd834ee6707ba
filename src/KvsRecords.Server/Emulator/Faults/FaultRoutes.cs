using KvsRecords.Server.Answers;
using KvsRecords.Server.Description;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary><c>PUT</c>, <c>GET</c> and <c>DELETE /_emulator/faults</c>: what is to go wrong, and how often it did.</summary>
internal static class FaultRoutes
{
    private const string Pattern = "/faults";

    public static void MapFaults(this RouteGroupBuilder emulator)
    {
        emulator.MapPut(Pattern, PutAsync)
            .WithSummary("Says what is to go wrong, in the place of all rules before. Requests to /_emulator itself meet no fault.")
            .Takes(RequestParameters.ContentEncoding)
            .TakesJson<FaultRule[]>("The rules; [] clears them.", isRequired: true)
            .Answers<IReadOnlyList<FaultState>>(StatusCodes.Status200OK, "They hold, and are counted from the beginning.")
            .RefusesBodies();
        emulator.MapGet(Pattern, (FaultBook faults) => Answer.Ok(faults.Read()))
            .WithSummary("Says what is to go wrong, and how often it did.")
            .Answers<IReadOnlyList<FaultState>>(StatusCodes.Status200OK, "Each rule, and what became of it so far.");
        emulator.MapDelete(Pattern, Delete)
            .WithSummary("Clears the rules.")
            .AnswersNothing(StatusCodes.Status204NoContent, "Nothing is to go wrong any more.");
        emulator.MapOtherMethods(Pattern, HttpMethods.Get, HttpMethods.Put, HttpMethods.Delete);
    }

    private static async Task<IResult> PutAsync(HttpRequest http, FaultBook faults, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadJsonAsync(http, cancellationToken);
        var (rules, wrong) = FaultRules.Read(body?.RootElement);
        if (wrong is not null)
            return new ErrorEnvelope(ApiError.InvalidInput(wrong));

        faults.Set(rules);
        return Answer.Ok(faults.Read());
    }

    private static IResult Delete(FaultBook faults)
    {
        faults.Reset();
        return Results.NoContent();
    }
}
