using System.Globalization;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>GET /v2/users/me/limits</c> and <c>GET /v2/users/me/usage/monthly</c>: a user's limits and usage, for programs that ask before they
/// begin. Nothing is counted here, so <c>PUT …/limits</c> cannot change anything either.
/// </summary>
internal static class GetUsage
{
    private const string Limits = "/v2/users/me/limits";
    private const string MonthlyUsage = "/v2/users/me/usage/monthly";

    public static void MapGetUsage(this WebApplication app)
    {
        app.MapGet(Limits, OfLimits).ForUsers()
            .WithSummary("Says what the caller may use. Nothing here is limited by it.")
            .WithMetadata(Operation.GetLimits);
        app.MapPut(Limits, (ApiRequest _) => new ErrorEnvelope(ApiError.LimitsNotChangeable)).ForUsers()
            .WithSummary("Is refused: there are no limits to change.")
            .Refuses(ApiError.LimitsNotChangeable, ApiError.ForeignPage)
            .WithMetadata(Operation.UpdateLimits);
        app.MapOtherMethods(Limits, HttpMethods.Get, HttpMethods.Put);
        app.MapGet(MonthlyUsage, OfMonth).ForUsers()
            .WithSummary("Says what the caller has used in a month: nothing.")
            .Takes("date")
            .WithMetadata(Operation.GetMonthlyUsage);
        app.MapOtherMethods(MonthlyUsage, HttpMethods.Get);
    }

    [ProducesResponseType<Enveloped<AccountLimitsAnswer>>(StatusCodes.Status200OK, Description = "The limits.")]
    private static Answer OfLimits(ApiRequest _, TimeProvider clock) =>
        Answer.Ok(new AccountLimitsAnswer(UsageCycleAnswer.With(Today(clock))));

    [ProducesResponseType<Enveloped<MonthlyUsageAnswer>>(StatusCodes.Status200OK, Description = "The usage.")]
    private static IResult OfMonth(ApiRequest request, TimeProvider clock)
    {
        if (request.Query["date"] is not { } text)
            return Answer.Ok(new MonthlyUsageAnswer(UsageCycleAnswer.With(Today(clock))));

        return DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? Answer.Ok(new MonthlyUsageAnswer(UsageCycleAnswer.With(day)))
            : new ErrorEnvelope(ApiError.InvalidInput("The query parameter \"date\" must be a day such as 2026-01-31."));
    }

    private static DateOnly Today(TimeProvider clock) => DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
}
