using KvsRecords.Server.Answers;
using KvsRecords.Server.Description;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Http;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Emulator;

/// <summary><c>GET /_emulator/stores</c>: all stores of all users at a glance. To look at them does not count as reading them.</summary>
internal static class StoresOverview
{
    private const string Pattern = "/stores";

    public static void MapStoresOverview(this RouteGroupBuilder emulator)
    {
        emulator.MapGet(Pattern, HandleAsync)
            .WithSummary("Lists all stores of all users at a glance. To look at them does not count as reading them.")
            .Answers<StoreOverviewListAnswer>(StatusCodes.Status200OK, "The stores. A live folder's are not counted: records and storageBytes are null.");
        emulator.MapOtherMethods(Pattern, HttpMethods.Get);
    }

    private static async Task<IResult> HandleAsync(
        HttpRequest http, IStoreReader stores, PublicUrls urls, CancellationToken cancellationToken)
    {
        var all = await stores.ListAsync(cancellationToken);
        return Answer.Ok(new StoreOverviewListAnswer(all.Count, [.. all.Select(store => new StoreOverviewAnswer(
            store.Id,
            store.Name,
            store.Owner.Username,
            GeneralAccessName.Of(store.GeneralAccess),
            store.Stats?.Records,
            store.Stats?.StorageBytes,
            store.Schema?.CollectionIds ?? [],
            urls.Store(http, store)))]));
    }
}
