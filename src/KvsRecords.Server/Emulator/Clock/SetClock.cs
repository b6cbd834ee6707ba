using System.Text.Json;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Storage;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Emulator.Clock;

/// <summary>
/// <c>PUT</c>, <c>GET</c> and <c>DELETE /_emulator/clock</c>: sets and reads the server's time. By the time of the answer, stores without a
/// name that have expired are gone.
/// </summary>
internal static class SetClock
{
    private const string Pattern = "/clock";
    private const string Instant = "instant";
    private const string OffsetSecs = "offsetSecs";

    // More than any offset that can be set: a TimeSpan cannot hold every number.
    private const double MaxSeconds = 1e11;

    private static readonly string Allowed =
        $"allowed: an object with either \"{Instant}\", a time such as 2026-01-31T12:00:00.000Z, or \"{OffsetSecs}\", "
        + $"a number of seconds, so that it is a time from {ClockSetting.Earliest:yyyy-MM-dd} to {ClockSetting.Latest:yyyy-MM-dd}";

    public static void MapClock(this RouteGroupBuilder emulator)
    {
        emulator.MapGet(Pattern, Get)
            .WithSummary("Says what the server takes for the present.");
        emulator.MapPut(Pattern, PutAsync)
            .WithSummary("Sets what the server takes for the present: an instant that does not pass, or an offset to the real time.")
            .TakesBody("ClockChange");
        emulator.MapDelete(Pattern, DeleteAsync)
            .WithSummary("Goes back to the real time.");
        emulator.MapOtherMethods(Pattern, HttpMethods.Get, HttpMethods.Put, HttpMethods.Delete);
    }

    [ProducesResponseType<Enveloped<ClockAnswer>>(StatusCodes.Status200OK, Description = "The present, and what was set.")]
    private static Answer Get(AdjustableClock clock) => Answer.Ok(Of(clock));

    [ProducesResponseType<Enveloped<ClockAnswer>>(
        StatusCodes.Status200OK, Description = "It is set, and stores without a name that have expired by then are gone.")]
    private static async Task<IResult> PutAsync(
        HttpRequest http, AdjustableClock clock, [FromServices] UnnamedStoreExpiry? expiry, CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadJsonAsync(http, cancellationToken);
        var (setting, wrong) = Read(body?.RootElement);
        if (wrong is null && !clock.TrySet(setting))
            wrong = "The clock cannot be set so far away";
        if (wrong is not null)
            return new ErrorEnvelope(ApiError.InvalidInput($"{wrong}; {Allowed}."));

        await (expiry?.DeleteUnusedAsync(cancellationToken) ?? Task.CompletedTask);
        return Answer.Ok(Of(clock));
    }

    [ProducesResponseType(StatusCodes.Status204NoContent, Description = "The present is the real one.")]
    private static async Task<IResult> DeleteAsync(
        AdjustableClock clock, [FromServices] UnnamedStoreExpiry? expiry, CancellationToken cancellationToken)
    {
        clock.Reset();
        await (expiry?.DeleteUnusedAsync(cancellationToken) ?? Task.CompletedTask);
        return TypedResults.NoContent();
    }

    private static (ClockSetting Setting, string? Wrong) Read(JsonElement? body)
    {
        if (body is not { ValueKind: JsonValueKind.Object } json)
            return (ClockSetting.Real, "The request body does not say what time it is");

        var members = json.EnumerateObject().ToList();
        foreach (var member in members)
        {
            if (member.Name is not (Instant or OffsetSecs))
                return (ClockSetting.Real, $"\"{member.Name}\" is not known");
        }

        return members switch
        {
            [{ Name: Instant } instant] when JsonText.IsText(instant.Value) && Run.TryParseTime(instant.Value.GetString()!, out var time) =>
                (ClockSetting.At(time), null),
            [{ Name: OffsetSecs, Value.ValueKind: JsonValueKind.Number } offset]
                when offset.Value.TryGetDouble(out var seconds) && Math.Abs(seconds) < MaxSeconds =>
                (ClockSetting.Ahead(TimeSpan.FromSeconds(seconds)), null),
            [var only] => (ClockSetting.Real, $"\"{only.Name}\" is not one that can be set"),
            _ => (ClockSetting.Real, "Not one of the two is given, but none or both"),
        };
    }

    private static ClockAnswer Of(AdjustableClock clock) =>
        new(clock.GetUtcNow(), clock.Setting.Instant, clock.Setting.Offset.TotalSeconds);
}
