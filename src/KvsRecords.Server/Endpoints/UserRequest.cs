using System.Reflection;
using KvsRecords.Access;
using KvsRecords.Server.Http;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Http.Features;

namespace KvsRecords.Server.Endpoints;

/// <summary>A request that concerns no store in particular, but whoever asks.</summary>
internal sealed record UserRequest(RequestQuery Query, Caller Caller)
{
    /// <summary>Who asks: the policy lets nobody else through.</summary>
    public User User => Caller.User!;

    public static UserRequest? Find(HttpContext context) => context.Features.Get<UserRequest>();

    /// <summary>Makes it a parameter of endpoints.</summary>
    public static ValueTask<UserRequest?> BindAsync(HttpContext context, ParameterInfo _) =>
        new(context.Features.GetRequiredFeature<UserRequest>());
}
