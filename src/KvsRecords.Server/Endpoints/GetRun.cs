using KvsRecords.Access;
using KvsRecords.Server.Middleware;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>GET /v2/actor-runs/{runId}</c> and <c>GET …/runs/last</c>: a run that has been declared. Callers who may read its store by id,
/// without a signature, may read it; where there is no such store, only its owner, the first user, may.
/// </summary>
internal static class GetRun
{
    public static void MapGetRun(this RouteGroupBuilder run)
    {
        run.MapGet("", Handle).ForReadersOfRun()
            .WithSummary("Says what is known of a run that has been declared.")
            .WithMetadata(Operation.GetRun);
        run.MapOtherMethods("", HttpMethods.Get);
    }

    [ProducesResponseType<Enveloped<ActorRunAnswer>>(StatusCodes.Status200OK, Description = "The run.")]
    private static Answer Handle(ApiRequest request, UserDirectory users)
    {
        var (run, store) = (request.Run!, request.Store);
        return Answer.Ok(new ActorRunAnswer
        {
            Id = run.Id,
            ActId = run.ActorId ?? StoreId.Derive("actor of", run.Id),
            UserId = (store?.Owner ?? users.Users[0]).Id,
            ActorTaskId = run.ActorTaskId,
            StartedAt = run.StartedAt,
            FinishedAt = run.IsFinished ? run.StartedAt : null,
            Status = run.Status,
            Meta = new RunMetaAnswer(run.Origin),
            BuildId = StoreId.Derive("build of", run.Id),
            DefaultKeyValueStoreId = store?.Id ?? run.Store,
            DefaultDatasetId = StoreId.Derive("dataset of", run.Id),
            DefaultRequestQueueId = StoreId.Derive("request queue of", run.Id),
            GeneralAccess = GeneralAccessName.Of(store?.GeneralAccess ?? GeneralAccess.FollowUserSetting),
        });
    }
}
