using KvsRecords.Access;
using KvsRecords.Server.Http;
using KvsRecords.Server.Storage;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Endpoints;

/// <summary>Finds the store that a URL means: by its own id or name, or by a run whose default store it is.</summary>
internal sealed class StoreFinder(UserDirectory users, IStoreReader stores, RunDirectory runs)
{
    private readonly StoreLookup _lookup = new(stores, users);

    public async Task<StoreRequest> ReadAsync(HttpContext context)
    {
        var query = RequestQuery.Of(context);
        var caller = CallerBinding.Identify(context.Request, query, users);
        var route = context.Request.RouteValues;
        var isDirect = Segment(route, StoreRoutes.StoreId) is not null;
        var (called, run) = isDirect ? (Segment(route, StoreRoutes.StoreId)!, null) : OfRun(route, query);

        // A run knows its store by id, whatever was written down for it.
        var reference = isDirect ? StoreReference.Parse(called) : run is null ? null : new StoreReference.ById(run.Store);
        return new StoreRequest
        {
            Query = query,
            Caller = caller,
            Called = called,
            Reference = reference,
            Run = run,
            Store = reference switch
            {
                null => null,
                _ when isDirect => await _lookup.FindAsync(reference, caller.User, context.RequestAborted),
                _ => await _lookup.FindAsync(run!.Store, context.RequestAborted),
            },
        };
    }

    private (string Called, Run? Run) OfRun(RouteValueDictionary route, RequestQuery query)
    {
        if (Segment(route, StoreRoutes.RunId) is { } id)
            return (id, runs.Find(id));

        var status = query.Choice("status", [.. Run.Statuses]);
        var origin = query.Choice("origin", [.. Run.Origins]);
        if (Segment(route, StoreRoutes.ActorId) is { } actor)
            return (actor, runs.LastOfActor(actor, status, origin));

        var task = Segment(route, StoreRoutes.TaskId)!;
        return (task, runs.LastOfTask(task, status, origin));
    }

    // Routing decodes everything but an encoded slash.
    private static string? Segment(RouteValueDictionary route, string name) =>
        (route[name] as string)?.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
