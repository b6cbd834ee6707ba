using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Storage;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Emulator;

/// <summary>
/// <c>GET /_emulator/stores/{storeId}/sizes-by-prefix</c> and <c>…/sizes-by-type</c>: where the bytes of a store are. No record is opened,
/// and it does not count as reading.
/// </summary>
internal static class StoreSizes
{
    private const string ByPrefix = $"/stores/{{{RouteNames.StoreId}}}/sizes-by-prefix";
    private const string ByType = $"/stores/{{{RouteNames.StoreId}}}/sizes-by-type";

    public static void MapStoreSizes(this RouteGroupBuilder emulator)
    {
        emulator.MapGet(ByPrefix, SumByPrefixAsync)
            .WithSummary("Sums up the sizes of a store's records by the beginning of their keys, up to the next of - _ . / : and space.")
            .Takes("prefix")
            .Refuses(ApiError.StoreNotFound);
        emulator.MapOtherMethods(ByPrefix, HttpMethods.Get);
        emulator.MapGet(ByType, SumByTypeAsync)
            .WithSummary("Sums up the sizes of a store's records by content type.")
            .Refuses(ApiError.StoreNotFound);
        emulator.MapOtherMethods(ByType, HttpMethods.Get);
    }

    [ProducesResponseType<Enveloped<SizesAnswer>>(StatusCodes.Status200OK, Description = "The sums, and the largest parts.")]
    private static async Task<IResult> SumByPrefixAsync(
        string storeId, HttpContext http, IStoreReader stores, CancellationToken cancellationToken)
    {
        var query = RequestQuery.Of(http);
        if (query.Problem is { } problem)
            return new ErrorEnvelope(ApiError.InvalidInput(problem));
        if (await stores.FindByIdAsync(storeId, cancellationToken) is not { } store)
            return new ErrorEnvelope(ApiError.StoreNotFound);

        var sizes = await ((IStoreSizes)stores).SumByPrefixAsync(store, query["prefix"] ?? "", cancellationToken);
        return Answer.Ok(new SizesAnswer(sizes.Records, sizes.Bytes, sizes.Largest()));
    }

    [ProducesResponseType<Enveloped<SizesAnswer>>(StatusCodes.Status200OK, Description = "The sums, and the largest content types.")]
    private static async Task<IResult> SumByTypeAsync(
        string storeId, HttpContext _, IStoreReader stores, CancellationToken cancellationToken)
    {
        if (await stores.FindByIdAsync(storeId, cancellationToken) is not { } store)
            return new ErrorEnvelope(ApiError.StoreNotFound);

        var types = (await ((IStoreSizes)stores).SumByTypeAsync(store, cancellationToken)).Largest();
        return Answer.Ok(new SizesAnswer(types.Sum(type => type.Records), types.Sum(type => type.StorageBytes), types));
    }
}
