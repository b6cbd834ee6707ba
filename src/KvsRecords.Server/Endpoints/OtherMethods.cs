using KvsRecords.Server.Errors;
using KvsRecords.Server.Responses;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary>The answers of a URL to methods that it does not have.</summary>
internal static class OtherMethods
{
    /// <summary>OPTIONS says which methods there are; every other one gets the specification's 405.</summary>
    public static void MapOtherMethods(this IEndpointRouteBuilder group, string pattern, params string[] methods)
    {
        var allow = string.Join(", ", [.. methods, HttpMethods.Options]);
        group.MapMethods(
            pattern,
            [HttpMethods.Options],
            [ProducesResponseType(StatusCodes.Status204NoContent, Description = "The methods are in the header Allow.")] (HttpContext context) =>
            {
                context.Response.Headers.Allow = allow;
                return TypedResults.NoContent();
            })
            .DisableRateLimiting()
            .WithSummary("Says which methods there are at this URL.");
        group.Map(pattern, (HttpContext context) =>
            {
                context.Response.Headers.Allow = allow;
                return new ErrorEnvelope(ApiError.MethodNotAllowed(methods));
            })
            .DisableRateLimiting();
    }
}
