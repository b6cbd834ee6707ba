using System.Reflection;
using KvsRecords.Access;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Http;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Http.Features;

namespace KvsRecords.Server.Endpoints;

/// <summary>A request that concerns no store in particular, but whoever asks.</summary>
internal sealed record UserRequest(RequestQuery Query, Caller Caller)
{
    /// <summary>The caller, where the policy needs a token.</summary>
    public User User => Caller.User!;

    /// <summary>Why the request is refused, or null. Of several reasons, the first in the documented order.</summary>
    public ApiError? Refusal(bool isTokenNeeded) => this switch
    {
        { Query.Problem: { } problem } => ApiError.InvalidInput(problem),
        { Caller.IsUnknown: true } => ApiError.TokenNotValid,
        { Caller.User: null } when isTokenNeeded => ApiError.TokenNotProvided,
        _ => null,
    };

    public static UserRequest? Find(HttpContext context) => context.Features.Get<UserRequest>();

    /// <summary>Makes it a parameter of endpoints.</summary>
    public static ValueTask<UserRequest?> BindAsync(HttpContext context, ParameterInfo _) =>
        new(context.Features.GetRequiredFeature<UserRequest>());
}
