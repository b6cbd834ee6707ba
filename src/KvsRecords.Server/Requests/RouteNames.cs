namespace KvsRecords.Server.Requests;

/// <summary>The names in the templates of routes.</summary>
internal static class RouteNames
{
    public const string StoreId = "storeId";
    public const string RunId = "runId";
    public const string ActorId = "actorId";
    public const string TaskId = "actorTaskId";

    /// <summary>The route of a record, below that of its store.</summary>
    public const string Record = "/records/{key}";

    /// <summary>The beginning of the routes that steer the server and are no part of the API.</summary>
    public const string Emulator = "/_emulator";

    /// <summary>The beginning of the URLs of the page in the browser.</summary>
    public const string Page = "/_page";

    /// <summary>Compares as routing does: small and capital letters are the same.</summary>
    public static bool IsOfEmulator(PathString path) => path.StartsWithSegments(Emulator, StringComparison.OrdinalIgnoreCase);
}
