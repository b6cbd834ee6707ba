using KvsRecords.Server.Errors;

namespace KvsRecords.Server.Endpoints;

/// <summary>What a URL answers to the methods that it does not have.</summary>
internal static class OtherMethods
{
    /// <summary>OPTIONS says which methods there are; every other one gets the specification's 405.</summary>
    public static void MapOtherMethods(this IEndpointRouteBuilder group, string pattern, params string[] methods)
    {
        var allow = string.Join(", ", [.. methods, HttpMethods.Options]);
        group.Map(pattern, IResult (HttpContext context) =>
        {
            context.Response.Headers.Allow = allow;
            return HttpMethods.IsOptions(context.Request.Method)
                ? TypedResults.NoContent()
                : new ErrorEnvelope(ApiError.MethodNotAllowed(methods));
        }).DisableRateLimiting();
    }
}
