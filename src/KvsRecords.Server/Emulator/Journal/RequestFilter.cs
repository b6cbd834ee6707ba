using System.Globalization;
using KvsRecords.Emulator;
using KvsRecords.Server.Requests;
using KvsRecords.Stores;

namespace KvsRecords.Server.Emulator.Journal;

/// <summary>A filter of requests. A member that is null lets all of them through.</summary>
internal sealed record RequestFilter
{
    /// <summary>The parameters of a query.</summary>
    internal static readonly string[] Parameters = ["method", "operation", "store", "key", "status", "since"];

    public string? Method { get; init; }

    public string? Operation { get; init; }

    /// <summary>The store's id, its name, <c>username~name</c>, or what the URL calls it where there is no such store.</summary>
    public string? Store { get; init; }

    public string? Key { get; init; }

    public int? Status { get; init; }

    /// <summary>Lets through requests that began to arrive at that time or later.</summary>
    public DateTimeOffset? Since { get; init; }

    public bool Matches(ReceivedRequest request) =>
        (Method is null || string.Equals(request.Method, Method, StringComparison.OrdinalIgnoreCase))
        && (Operation is null || request.Operation == Operation)
        && (Store is null || request.StoreId == Store
            || StoreName.AreSame(request.Store, Store) || StoreName.AreSame(request.Store?.Split('~', 2)[^1], Store))
        && (Key is null || request.Key == Key)
        && (Status is null || request.Status == Status)
        && (Since is null || request.Time >= Since);

    /// <summary>Reads a query. An unknown parameter is a mistake worth hearing about: without it, the list would show too much.</summary>
    public static (RequestFilter Filter, string? Wrong) Read(HttpRequest http)
    {
        var query = RequestQuery.Parse(http.QueryString.Value ?? "", Parameters);
        var filter = new RequestFilter { Method = query["method"], Store = query["store"], Key = query["key"] };
        if (query.Names.FirstOrDefault(name => !Parameters.Contains(name)) is { } unknown)
            return (filter, $"The query parameter \"{unknown}\" is not known. Allowed: {string.Join(", ", Parameters)}.");

        filter = filter with { Operation = query.Choice("operation", [.. Requests.Operation.Names]) };
        if (query["status"] is { } status)
        {
            if (!int.TryParse(status, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 100 or > 599)
                return (filter, "The query parameter \"status\" must be a number from 100 to 599.");
            filter = filter with { Status = number };
        }

        if (query["since"] is { } since)
        {
            if (!Run.TryParseTime(since, out var time))
                return (filter, "The query parameter \"since\" must be a time such as 2026-01-31T12:00:00.000Z.");
            filter = filter with { Since = time };
        }

        return (filter, query.Problem);
    }
}
