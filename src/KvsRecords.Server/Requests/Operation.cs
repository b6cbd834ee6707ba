using Microsoft.AspNetCore.Diagnostics;

namespace KvsRecords.Server.Requests;

/// <summary>An operation of the API, by the name that people use for it, whatever its URL.</summary>
/// <param name="Name">The name.</param>
/// <param name="HasKey">Whether it concerns one record, whose key is in the URL.</param>
internal sealed record Operation(string Name, bool HasKey = false)
{
    public static readonly Operation ListStores = new("listStores");
    public static readonly Operation CreateStore = new("createStore");
    public static readonly Operation GetStore = new("getStore");
    public static readonly Operation UpdateStore = new("updateStore");
    public static readonly Operation DeleteStore = new("deleteStore");
    public static readonly Operation ListKeys = new("listKeys");
    public static readonly Operation DownloadRecords = new("downloadRecords");
    public static readonly Operation GetRecord = new("getRecord", HasKey: true);
    public static readonly Operation PutRecord = new("putRecord", HasKey: true);
    public static readonly Operation DeleteRecord = new("deleteRecord", HasKey: true);
    public static readonly Operation GetRun = new("getRun");
    public static readonly Operation GetUser = new("getUser");
    public static readonly Operation GetLimits = new("getLimits");
    public static readonly Operation UpdateLimits = new("updateLimits");
    public static readonly Operation GetMonthlyUsage = new("getMonthlyUsage");

    public static IReadOnlyList<string> Names { get; } =
    [
        .. new[]
        {
            ListStores, CreateStore, GetStore, UpdateStore, DeleteStore, ListKeys, DownloadRecords, GetRecord, PutRecord, DeleteRecord,
            GetRun, GetUser, GetLimits, UpdateLimits, GetMonthlyUsage,
        }.Select(operation => operation.Name),
    ];

    /// <summary>
    /// The operation of the endpoint; null before routing, and for URLs that are no part of the API. A handled fault has taken the endpoint
    /// away.
    /// </summary>
    public static Operation? Find(HttpContext context) =>
        (context.GetEndpoint() ?? context.Features.Get<IExceptionHandlerFeature>()?.Endpoint)?.Metadata.GetMetadata<Operation>();
}
