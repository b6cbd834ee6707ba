using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// The URLs of the API, as a table of contents. A store is reached by its own URL, or by that of a run whose default store it is, with
/// the same operations.
/// </summary>
internal static class StoreRoutes
{
    private static readonly string[] Runs =
    [
        $"/v2/actor-runs/{{{RouteNames.RunId}}}",
        $"/v2/actors/{{{RouteNames.ActorId}}}/runs/last",
        $"/v2/acts/{{{RouteNames.ActorId}}}/runs/last",
        $"/v2/actor-tasks/{{{RouteNames.TaskId}}}/runs/last",
    ];

    public static void MapApi(this WebApplication app)
    {
        var stores = app.MapGroup("/v2/key-value-stores");
        stores.MapListStores();
        stores.MapCreateStore();
        stores.MapOtherMethods("", HttpMethods.Get, HttpMethods.Post);

        app.MapGroup($"/v2/key-value-stores/{{{RouteNames.StoreId}}}").MapStore();
        foreach (var pattern in Runs)
        {
            var run = app.MapGroup(pattern).Refuses(ApiError.RunNotFound);
            if (pattern.EndsWith("/last", StringComparison.Ordinal))
                run.Takes("status", "origin");

            run.MapGetRun();
            run.MapGroup("/key-value-store").MapStore();
        }

        app.MapGetUser();
        app.MapGetUsage();
    }

    private static void MapStore(this RouteGroupBuilder store)
    {
        store.MapGetStore();
        store.MapUpdateStore();
        store.MapDeleteStore();
        store.MapOtherMethods("", HttpMethods.Get, HttpMethods.Put, HttpMethods.Delete);

        store.MapListKeys();
        store.MapOtherMethods("/keys", HttpMethods.Get);

        store.MapDownloadRecords();
        store.MapOtherMethods("/records", HttpMethods.Get, HttpMethods.Head);

        store.MapGetRecord();
        store.MapPutRecord();
        store.MapDeleteRecord();
        store.MapOtherMethods(
            RouteNames.Record, HttpMethods.Get, HttpMethods.Head, HttpMethods.Put, HttpMethods.Post, HttpMethods.Delete);
    }
}
