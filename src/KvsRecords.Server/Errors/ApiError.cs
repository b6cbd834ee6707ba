using System.Globalization;

namespace KvsRecords.Server.Errors;

/// <summary>
/// Every error that the server answers with: status, machine-readable type and message, as the specification gives them, and as the live
/// service names it where that differs. Nothing else in the server names a status or an error's text.
/// </summary>
/// <remarks>
/// Names of the live service: apify-docs#2428, what the integration suites of its JavaScript and Python clients expect, and what was seen.
/// </remarks>
internal sealed record ApiError(int Status, string Type, string Message)
{
    private string? _serviceType;
    private string? _serviceMessage;

    /// <summary>Says what is wrong, for a person. Setting a message also replaces the live service's.</summary>
    public string Message
    {
        get;
        init => (field, _serviceMessage) = (value, null);
    } = Message;

    /// <summary>More about it, for a program; null: nothing.</summary>
    public ErrorData? Data { get; init; }

    /// <summary>Gives the same error under the names of the live service (<c>--error-names service</c>).</summary>
    public ApiError OfService => this with { Type = _serviceType ?? Type, Message = _serviceMessage ?? Message };

    /// <summary>This very type and message, whichever names the server gives.</summary>
    public ApiError InBothNames => this with { _serviceType = null, _serviceMessage = null };

    public static readonly ApiError TokenNotValid = new(401, "token-not-valid", "Authentication token is not valid.")
    {
        _serviceType = "user-or-token-not-found",
        _serviceMessage = "User was not found or authentication token is not valid",
    };

    public static readonly ApiError TokenNotProvided = TokenNotValid with
    {
        _serviceType = "token-not-provided",
        _serviceMessage = "Authentication token was not provided",
    };

    public static readonly ApiError PermissionDenied =
        new(403, "permission-denied", "You do not have permission to perform this action.")
        {
            _serviceType = "insufficient-permissions",
            _serviceMessage = "Insufficient permissions for the key-value store. "
                + "Make sure you're passing a correct API token and that it has the required permissions.",
        };

    public static readonly ApiError StoreNotFound =
        new(404, "record-not-found", "Key-value Store was not found") { _serviceMessage = "Store was not found" };

    public static readonly ApiError RecordNotFound = new(404, "record-not-found", "Record was not found");

    public static readonly ApiError UserNotFound = new(404, "record-not-found", "User was not found");

    public static readonly ApiError RunNotFound = new(404, "record-not-found", "Actor run was not found");

    public static readonly ApiError WriteByLink = TokenNotValid with
    {
        Message = "A GET or HEAD that stands for a write (?method=) needs the token in the header Authorization: Bearer. "
            + "A token in the URL is not enough, since any page or link can make a browser send it.",
    };

    // Seen on the service.
    public static readonly ApiError PageNotFound =
        new(404, "page-not-found", "We have bad news: there is no API endpoint at this URL. Did you specify it correctly?");

    public static readonly ApiError ForeignPage = PermissionDenied with
    {
        Message = "A page of another site may not change anything here. Start the server with --allowed-origins and that site to allow it.",
    };

    /// <param name="destination">What the page would use it as, in the browser's word (Sec-Fetch-Dest).</param>
    public static ApiError ForeignEmbedding(string destination) => PermissionDenied with
    {
        Message = $"A page of another site may not use anything here as \"{destination}\". "
            + "Start the server with --allowed-origins and that site to allow it.",
    };

    public static readonly ApiError ForeignPageOfEmulator = PermissionDenied with
    {
        Message = "No page of another site may see or change what is under /_emulator, whatever --allowed-origins says.",
    };

    public static readonly ApiError EmulatorOff = PageNotFound with
    {
        Message = "This server was started with --emulator off: of /_emulator, only the health is served.",
    };

    public static readonly ApiError EmulatorForThisMachine = PermissionDenied with
    {
        Message = "What is under /_emulator is for callers on the server's own machine. To let others in, start the server with --emulator-token TOKEN, "
            + "and send \"Authorization: Bearer TOKEN\".",
    };

    public static readonly ApiError EmulatorTokenNeeded = TokenNotValid with
    {
        Message = "What is under /_emulator is for callers on the server's own machine, and for those that send \"Authorization: Bearer TOKEN\" "
            + "with the token of --emulator-token, which is no user's.",
    };

    public static readonly ApiError ReadOnlyFolder = PermissionDenied with
    {
        Message = "The stores of a live folder are read-only here: their crawler writes them. "
            + "Start the server with --data DIR --seed FOLDER to work on a copy that can be written.",
    };

    public static readonly ApiError LimitsNotChangeable =
        PermissionDenied with { Message = "The limits of a user cannot be changed here: this server has none of them." };

    public static readonly ApiError Internal =
        new(500, "internal-error", "The server could not answer this request. Its log says why.");

    public static readonly ApiError ResetNotAllowed = new(
        409, "reset-not-allowed",
        "These stores are kept for good, and a reset would delete them. "
            + "Start the server with --allow-reset to allow it, or with --ephemeral to keep none.");

    /// <param name="what">The failure, as a sentence.</param>
    public static ApiError ResetFailed(string what) => Internal with { Message = $"The stores could not be brought back: {what}" };

    public static readonly ApiError Unavailable =
        new(503, "service-unavailable", "The service is not available at the moment. Please try again later.");

    public static readonly ApiError RequestTimeout =
        new(408, "request-timeout", "The request body comes too slowly, or not at all any more.");

    /// <param name="perSecond">How many requests a second there may be.</param>
    public static ApiError RateLimitExceeded(int perSecond) =>
        new(429, "rate-limit-exceeded", "You have exceeded the rate limit. Please try again later.")
        {
            _serviceMessage = string.Create(
                CultureInfo.InvariantCulture, $"You have exceeded the rate limit of {perSecond} requests per second"),
        };

    /// <param name="most">How many there may be at once.</param>
    public static ApiError TooManyDownloads(int most) => Unavailable with
    {
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"{most} archives are being downloaded, which is as many as this server sends at once (--max-downloads). Please try again later."),
    };

    /// <param name="methods">Those that there are. The Allow header, which also has HEAD, tells the whole truth.</param>
    public static ApiError MethodNotAllowed(IEnumerable<string> methods)
    {
        var named = string.Join(",", [HttpMethods.Options, .. methods.Where(method => method != HttpMethods.Head)]);
        return new(405, "method-not-allowed", $"This API end-point can only be accessed using the following HTTP methods: {named}");
    }

    /// <param name="what">The mistake and the allowed values, as a sentence.</param>
    public static ApiError InvalidInput(string what) =>
        new(400, "invalid-input", $"Invalid input: {what}") { _serviceType = "invalid-request", _serviceMessage = what };

    public static ApiError CollectionWithoutSchema(string collection) =>
        InvalidInput($"There is no collection \"{collection}\": the store has no schema, which would define its collections.");

    public static ApiError CollectionUnknown(string collection, IEnumerable<string> known) =>
        InvalidInput($"The store's schema has no collection \"{collection}\". It has: {string.Join(", ", known)}.");

    public static ApiError InvalidRecordKey(string why) => new(400, "invalid-record-key", why);

    public static ApiError NameNotUnique(string name) =>
        new(409, "name-not-unique", $"There is another key-value store called \"{name}\".");

    // The sentence is the service's.
    public static ApiError RequestTooLarge(long limit, long length) => new(
        413, "request-too-large",
        string.Create(CultureInfo.InvariantCulture, $"The POST payload is too large (limit: {limit} bytes, actual length: {length} bytes)."));

    /// <param name="ratio">How many bytes one byte may stand for, on average.</param>
    public static ApiError ExpandsTooFar(int ratio) => new(
        413, "request-too-large",
        string.Create(
            CultureInfo.InvariantCulture,
            $"The request body expands to more than {ratio} times its length. Send it without Content-Encoding, or in smaller parts."));

    /// <param name="most">How many there may be at once.</param>
    public static ApiError TooManyBodies(int most) => Unavailable with
    {
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"{most} request bodies in brotli are being decoded, which is as many as this server decodes at once. Please try again later."),
    };

    public static ApiError UnsupportedContentEncoding(string encoding) =>
        new(415, "unsupported-content-encoding", $"Content-Encoding \"{encoding}\" is not supported.");

    public static ApiError SchemaViolated(string message, IReadOnlyList<SchemaViolation> violations) =>
        new(400, "schema-validation-error", message) { Data = new ErrorData(violations) };

    public static ApiError HostNotAllowed(string host) => PermissionDenied with
    {
        Message = string.Create(
            CultureInfo.InvariantCulture,
            $"This server does not answer to the host name \"{host}\". Start it with --allowed-hosts {host}, or use localhost or an IP address."),
    };
}
