using System.Globalization;

namespace KvsRecords.Server.Errors;

/// <summary>
/// Every error that the server answers with: status, machine-readable type and message, as the specification gives them.
/// Nothing else in the server names a status or an error's text.
/// </summary>
internal sealed record ApiError(int Status, string Type, string Message)
{
    public static readonly ApiError TokenNotValid = new(401, "token-not-valid", "Authentication token is not valid.");

    public static readonly ApiError PermissionDenied =
        new(403, "permission-denied", "You do not have permission to perform this action.");

    public static readonly ApiError StoreNotFound = new(404, "record-not-found", "Key-value Store was not found");

    // The sentence is the specification's; the Allow header, which also has HEAD, tells the truth.
    public static readonly ApiError MethodNotAllowed =
        new(405, "method-not-allowed", "This API end-point can only be accessed using the following HTTP methods: OPTIONS,GET");

    public static readonly ApiError RateLimitExceeded =
        new(429, "rate-limit-exceeded", "You have exceeded the rate limit. Please try again later.");

    // Seen on the service.
    public static readonly ApiError PageNotFound =
        new(404, "page-not-found", "We have bad news: there is no API endpoint at this URL. Did you specify it correctly?");

    public static readonly ApiError Internal =
        new(500, "internal-error", "The server could not answer this request. Its log says why.");

    /// <param name="what">What is wrong, and what is allowed, as a sentence.</param>
    public static ApiError InvalidInput(string what) => new(400, "invalid-input", $"Invalid input: {what}");

    public static ApiError CollectionWithoutSchema(string collection) =>
        InvalidInput($"There is no collection \"{collection}\": the store has no schema, which would define its collections.");

    public static ApiError CollectionUnknown(string collection, IEnumerable<string> known) =>
        InvalidInput($"The store's schema has no collection \"{collection}\". It has: {string.Join(", ", known)}.");

    public static ApiError HostNotAllowed(string host) => PermissionDenied with
    {
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"This server does not answer to the host name \"{host}\". Start it with --allowed-hosts {host}, or use localhost or an IP address."),
    };
}
