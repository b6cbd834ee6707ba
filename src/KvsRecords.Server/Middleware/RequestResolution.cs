using KvsRecords.Access;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Storage;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Middleware;

/// <summary>
/// Resolves a request: its caller, and the store that its URL names by its own id or name, or by a run whose default store it is. It is the
/// first of the three steps before an endpoint: resolve, limit, authorize.
/// </summary>
internal sealed class RequestResolution(RequestDelegate next, UserDirectory users, IStoreReader stores, RunDirectory runs)
{
    private readonly StoreLookup _lookup = new(stores, users);

    public async Task InvokeAsync(HttpContext context)
    {
        if (AccessMetadata.Of(context) is { } rule)
            context.Features.Set(await ResolveAsync(context, rule));

        await next(context);
    }

    private async Task<ApiRequest> ResolveAsync(HttpContext context, AccessRule rule)
    {
        var query = RequestQuery.Of(context);
        var caller = ApiRequest.Identify(context.Request, query, users);
        if (rule is AccessRule.Anyone or AccessRule.User)
            return new ApiRequest { Query = query, Caller = caller };

        var route = context.Request.RouteValues;
        if (Segment(route, RouteNames.StoreId) is { } called)
        {
            var reference = StoreReference.Parse(called);
            var store = Seen(context, await _lookup.FindAsync(reference, caller.User, context.RequestAborted));
            return new ApiRequest { Query = query, Caller = caller, Called = called, Reference = reference, Store = store };
        }

        // A run finds its store by id, however the store was declared.
        (called, var run) = OfRun(route, query);
        return new ApiRequest
        {
            Query = query,
            Caller = caller,
            Called = called,
            Reference = run is null ? null : new StoreReference.ById(run.Store),
            Run = run,
            Store = run is null ? null : Seen(context, await _lookup.FindAsync(run.Store, context.RequestAborted)),
        };
    }

    // To look at a store in the page does not count as use.
    private static Store? Seen(HttpContext context, Store? store) =>
        store is not null && PageCalls.IsOne(context) ? store with { CountsUse = false } : store;

    private (string Called, Run? Run) OfRun(RouteValueDictionary route, RequestQuery query)
    {
        if (Segment(route, RouteNames.RunId) is { } id)
            return (id, runs.Find(id));

        var status = query.Choice("status", [.. Run.Statuses]);
        var origin = query.Choice("origin", [.. Run.Origins]);
        if (Segment(route, RouteNames.ActorId) is { } actor)
            return (actor, runs.LastOfActor(actor, status, origin));

        var task = Segment(route, RouteNames.TaskId)!;
        return (task, runs.LastOfTask(task, status, origin));
    }

    // Routing decodes everything but an encoded slash.
    private static string? Segment(RouteValueDictionary route, string name) =>
        (route[name] as string)?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
