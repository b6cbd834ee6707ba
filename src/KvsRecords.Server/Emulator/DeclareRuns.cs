using System.Text.Json;
using KvsRecords.Access;
using KvsRecords.Server.Endpoints;
using KvsRecords.Server.Errors;
using KvsRecords.Server.OpenApi;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Server.Storage;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Emulator;

/// <summary>
/// <c>PUT</c>, <c>GET</c> and <c>DELETE /_emulator/runs/{runId}</c>: declares a run of an Actor, so that the API's shortcuts lead to its
/// store. The declaration lasts until the server ends or a reset, which brings back those of the configuration.
/// </summary>
internal static class DeclareRuns
{
    private const string Pattern = "/runs/{runId}";

    private static readonly string[] Members = ["defaultKeyValueStoreId", "actorId", "actorTaskId", "status", "origin", "startedAt"];

    public static void MapRuns(this RouteGroupBuilder emulator)
    {
        emulator.MapPut(Pattern, PutAsync)
            .WithSummary("Says that there was a run of an Actor, so that its shortcuts lead to its store, until the server ends.")
            .TakesBody("RunDeclaration")
            .Refuses(ApiError.ReadOnlyFolder);
        emulator.MapGet(Pattern, Get)
            .WithSummary("Says what is known of a run.")
            .Refuses(ApiError.RunNotFound);
        emulator.MapDelete(Pattern, Delete)
            .WithSummary("Forgets a run; its store stays.")
            .Refuses(ApiError.RunNotFound);
        emulator.MapOtherMethods(Pattern, HttpMethods.Get, HttpMethods.Put, HttpMethods.Delete);
    }

    [ProducesResponseType<Enveloped<RunAnswer>>(StatusCodes.Status200OK, Description = "It was known, and is now this one.")]
    [ProducesResponseType<Enveloped<RunAnswer>>(StatusCodes.Status201Created, Description = "It was not known before.")]
    private static async Task<IResult> PutAsync(
        string runId,
        HttpRequest http,
        RunDirectory runs,
        UserDirectory users,
        [FromServices] IStoreWriter? stores,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        using var body = await RequestBody.ReadJsonAsync(http, cancellationToken);
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Read(body?.RootElement, members) is { } wrong)
            return new ErrorEnvelope(ApiError.InvalidInput(wrong));

        // As on the service, where each run has a store without a name.
        if (!members.TryGetValue("defaultKeyValueStoreId", out var store))
        {
            if (stores is null)
                return new ErrorEnvelope(ApiError.ReadOnlyFolder);
            store = (await stores.GetOrCreateAsync(users.Users[0], null, null, cancellationToken)).Store.Id;
        }

        var startedAt = clock.GetUtcNow();
        if (members.TryGetValue("startedAt", out var time) && !Run.TryParseTime(time, out startedAt))
            return new ErrorEnvelope(ApiError.InvalidInput("\"startedAt\" must be a time such as 2026-01-31T12:00:00.000Z."));

        var run = new Run(
            runId,
            store,
            members.GetValueOrDefault("actorId"),
            members.GetValueOrDefault("actorTaskId"),
            members.GetValueOrDefault("status", Run.DefaultStatus),
            members.GetValueOrDefault("origin", Run.DefaultOrigin),
            startedAt);
        return runs.Put(run) ? Answer.Created(location: null, Of(run)) : Answer.Ok(Of(run));
    }

    [ProducesResponseType<Enveloped<RunAnswer>>(StatusCodes.Status200OK, Description = "The run.")]
    private static IResult Get(string runId, RunDirectory runs) =>
        runs.Find(runId) is { } run ? Answer.Ok(Of(run)) : new ErrorEnvelope(ApiError.RunNotFound);

    [ProducesResponseType(StatusCodes.Status204NoContent, Description = "It is forgotten.")]
    private static IResult Delete(string runId, RunDirectory runs) =>
        runs.Remove(runId) ? TypedResults.NoContent() : new ErrorEnvelope(ApiError.RunNotFound);

    /// <returns>The mistake in it, or null.</returns>
    private static string? Read(JsonElement? body, Dictionary<string, string> members)
    {
        if (body is null or { ValueKind: JsonValueKind.Null })
            return null;
        if (body is not { ValueKind: JsonValueKind.Object } json)
            return $"The request body must be a JSON object with {string.Join(", ", Members)}, all of them optional.";

        foreach (var member in json.EnumerateObject())
        {
            if (!Members.Contains(member.Name))
                return $"\"{member.Name}\" is not known. Allowed: {string.Join(", ", Members)}.";
            if (!JsonText.IsText(member.Value) || member.Value.GetString()!.Length == 0)
                return $"\"{member.Name}\" must be a text that is not empty.";
            members[member.Name] = member.Value.GetString()!;
        }

        foreach (var (member, allowed) in new[] { ("status", Run.Statuses), ("origin", Run.Origins) })
        {
            if (members.TryGetValue(member, out var value) && !allowed.Contains(value))
                return $"\"{member}\" must be one of {string.Join(", ", allowed)}.";
        }

        return null;
    }

    private static RunAnswer Of(Run run) =>
        new(run.Id, run.ActorId, run.ActorTaskId, run.Status, run.Origin, run.StartedAt, run.Store);
}
