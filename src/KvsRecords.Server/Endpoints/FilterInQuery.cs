using KvsRecords.Server.Errors;
using KvsRecords.Server.Requests;
using KvsRecords.Server.Responses;
using KvsRecords.Stores;

namespace KvsRecords.Server.Endpoints;

/// <summary>The filter of records in a query: <c>prefix</c> and <c>collection</c>.</summary>
internal static class FilterInQuery
{
    public static (RecordFilter Filter, IResult? Error) Read(ApiRequest request)
    {
        var filter = new RecordFilter(request.Query["prefix"]);
        if (request.Query["collection"] is not { } id)
            return (filter, null);

        // "The key-value store need to have a schema defined for this parameter to work."
        if (request.Store!.Schema is not { } schema)
            return (filter, new ErrorEnvelope(ApiError.CollectionWithoutSchema(id)));
        return schema.Find(id) is { } collection
            ? (filter with { Collection = collection }, null)
            : (filter, new ErrorEnvelope(ApiError.CollectionUnknown(id, schema.CollectionIds)));
    }
}
