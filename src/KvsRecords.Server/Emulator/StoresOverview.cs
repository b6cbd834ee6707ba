using System.Text.Json;
using KvsRecords.Access;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Responses;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Emulator;

/// <summary><c>GET /_emulator/stores</c>: all stores of all users at a glance. A look at them does not count as a read.</summary>
internal static class StoresOverview
{
    private const string Pattern = "/stores";

    public static void MapStoresOverview(this RouteGroupBuilder emulator)
    {
        emulator.MapGet(Pattern, HandleAsync)
            .WithSummary("Lists all stores of all users at a glance. To look at them does not count as reading them.");
        emulator.MapOtherMethods(Pattern, HttpMethods.Get);
    }

    [ProducesResponseType<Enveloped<StoreOverviewListAnswer>>(
        StatusCodes.Status200OK, Description = "The stores, and the files of a live folder that are no records.")]
    private static async Task<IResult> HandleAsync(
        HttpRequest http, IStoreReader stores, UserDirectory users, PublicUrls urls, CancellationToken cancellationToken)
    {
        var overviews = new List<StoreOverviewAnswer>();
        foreach (var store in await stores.ListAsync(cancellationToken))
        {
            var count = await CountAsync(stores, store, cancellationToken);
            overviews.Add(new StoreOverviewAnswer(
                store.Id,
                store.Name,
                store.Owner.Username,
                GeneralAccessName.Of(store.GeneralAccess),
                StoreSharing.Names(store.SharedWith, users),
                count?.Records,
                count?.StorageBytes,
                [.. (count?.NoRecords ?? []).Select(Answered)],
                store.Schema?.CollectionIds ?? [],
                urls.Store(http, store)));
        }

        return Answer.Ok(new StoreOverviewListAnswer(overviews.Count, overviews));
    }

    // A store that cannot be listed must not hide the others.
    private static async ValueTask<StoreCount?> CountAsync(IStoreReader stores, Store store, CancellationToken cancellationToken)
    {
        if (store.Stats is { } stats)
            return new StoreCount(stats.Records, stats.StorageBytes, []);

        try
        {
            return stores is IStoreCounter counter ? await counter.CountAsync(store, cancellationToken) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static NoRecordsAnswer Answered(NoRecordFiles files) =>
        new(JsonNamingPolicy.CamelCase.ConvertName($"{files.Reason}"), files.Count, files.Examples);
}
