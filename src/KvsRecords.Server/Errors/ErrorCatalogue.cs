namespace KvsRecords.Server.Errors;

/// <summary>The errors of the catalogue by their status and type, for whoever wants one on demand.</summary>
internal static class ErrorCatalogue
{
    // The first of a status is the one that stands for it. Where a message depends on the request, it is that of an example.
    private static readonly ApiError[] All =
    [
        ApiError.InvalidInput("The request body contains invalid data."),
        ApiError.InvalidRecordKey("Record key contains invalid character"),
        ApiError.SchemaViolated("The record does not obey the schema of its collection.", []) with { Data = null },
        ApiError.TokenNotValid,
        ApiError.PermissionDenied,
        ApiError.StoreNotFound,
        ApiError.PageNotFound,
        ApiError.MethodNotAllowed([HttpMethods.Get]),
        ApiError.RequestTimeout,
        ApiError.NameNotUnique("my-store"),
        ApiError.ResetNotAllowed,
        ApiError.RequestTooLarge(9437184, 9437185),
        ApiError.UnsupportedContentEncoding("bla"),
        ApiError.RateLimitExceeded,
        ApiError.Internal,
        ApiError.Unavailable,
    ];

    public static IReadOnlyList<int> Statuses { get; } = [.. All.Select(error => error.Status).Distinct()];

    public static IReadOnlyList<string> Types { get; } = [.. All.Select(error => error.Type).Distinct()];

    /// <summary>
    /// The error of a status, of a type, or of both; with both it may also be one that this server itself never answers with. Null: there
    /// is none.
    /// </summary>
    public static ApiError? Find(int? status, string? type) => (status, type) switch
    {
        ({ } code, { } name) => All.FirstOrDefault(error => error.Status == code && error.Type == name)
            ?? (code is >= 400 and <= 599 && name.Length > 0 ? ApiError.Internal with { Status = code, Type = name } : null),
        _ => All.FirstOrDefault(error => error.Status == status || error.Type == type),
    };
}
