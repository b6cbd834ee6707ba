using KvsRecords.Access;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary><c>GET …/key-value-stores/{storeId}</c>: a store's metadata, with its signing key only for callers who may write.</summary>
internal static class GetStore
{
    public static void MapGetStore(this RouteGroupBuilder store) => store
        .MapGet("", Handle).ForReadersWithoutSignature()
        .WithSummary("Says what is known of a store; the signing key only to those who may write.")
        .WithMetadata(Operation.GetStore);

    [ProducesResponseType<Enveloped<StoreAnswer>>(StatusCodes.Status200OK, Description = "The store.")]
    private static Answer Handle(ApiRequest request, HttpRequest http, StoreAnswers answers) => Answer.Ok(answers.Of(
        http, request.Store!, showSecret: StoreAccess.DecideWriting(request.Caller, request.Store!) == AccessDecision.Granted));
}
