using KvsRecords.Server.Errors;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>The errors that a fault can be asked for, by their status and type.</summary>
internal static class FaultErrors
{
    // The first error of a status stands for it. Where a message depends on the request, it is an example.
    private static readonly ApiError[] All =
    [
        ApiError.InvalidInput("The request body contains invalid data."),
        ApiError.InvalidRecordKey("Record key contains invalid character"),
        ApiError.SchemaViolated("The record does not obey the schema of its collection.", []) with { Data = null },
        ApiError.TokenNotValid,
        ApiError.TokenNotProvided,
        ApiError.PermissionDenied,
        ApiError.StoreNotFound,
        ApiError.PageNotFound,
        ApiError.MethodNotAllowed([HttpMethods.Get]),
        ApiError.RequestTimeout,
        ApiError.NameNotUnique("my-store"),
        ApiError.ResetNotAllowed,
        ApiError.RequestTooLarge(9437184, 9437185),
        ApiError.UnsupportedContentEncoding("bla"),
        ApiError.RateLimitExceeded(60),
        ApiError.Internal,
        ApiError.Unavailable,
    ];

    public static IReadOnlyList<int> Statuses { get; } = [.. All.Select(error => error.Status).Distinct()];

    /// <summary>The types of the specification, and those of the live service.</summary>
    public static IReadOnlyList<string> Types { get; } = [.. All.SelectMany(error => new[] { error.Type, error.OfService.Type }).Distinct()];

    /// <summary>
    /// Finds the error of a status, of a type, or of both. One that is asked for by its type has that type and the message that belongs to
    /// it, whichever names the server gives otherwise. With a status and a type it may also be one that this server itself never answers
    /// with. Null: there is none.
    /// </summary>
    public static ApiError? Find(int? status, string? type)
    {
        var ofStatus = All.Where(error => status is null || error.Status == status);
        if (type is null)
            return status is null ? null : ofStatus.FirstOrDefault();

        return ofStatus.Concat(ofStatus.Select(error => error.OfService)).FirstOrDefault(error => error.Type == type)?.InBothNames
            ?? (status is >= 400 and <= 599 && type.Length > 0 ? ApiError.Internal with { Status = status.Value, Type = type } : null);
    }
}
