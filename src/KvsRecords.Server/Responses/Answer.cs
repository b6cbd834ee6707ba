using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace KvsRecords.Server.Responses;

/// <summary>An answer as the API gives it: <c>{"data":…}</c>.</summary>
internal sealed class Answer : IResult
{
    private readonly int _status;
    private readonly string? _location;
    private readonly byte[] _body;

    private Answer(int status, string? location, byte[] body) => (_status, _location, _body) = (status, location, body);

    /// <summary>Answers with data of a type that <see cref="AnswerContext"/> knows.</summary>
    public static Answer Ok<T>(T data)
        where T : class => Ok(data, TypeOf<T>());

    public static Answer Ok<T>(T data, JsonTypeInfo<Enveloped<T>> type)
        where T : class => new(StatusCodes.Status200OK, null, Write(data, type));

    public static Answer Created<T>(string? location, T data)
        where T : class => new(StatusCodes.Status201Created, location, Write(data, TypeOf<T>()));

    public static Answer Unavailable(HealthAnswer health) =>
        new(StatusCodes.Status503ServiceUnavailable, null, Write(health, TypeOf<HealthAnswer>()));

    /// <summary>Gives a request whose connection is broken the status that the web server itself gives one whose client has left.</summary>
    public static IResult ToNoClient => TypedResults.StatusCode(StatusCodes.Status499ClientClosedRequest);

    /// <summary>Tells whether an answer was never sent, since its client had left: then its status is for the log alone.</summary>
    public static bool IsToNoClient(HttpResponse response) =>
        !response.HasStarted && response.StatusCode == StatusCodes.Status499ClientClosedRequest;

    /// <summary>Answers that a record is written.</summary>
    public static Answer Written(string location) => new(StatusCodes.Status201Created, location, "{}"u8.ToArray());

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (_location is not null)
            httpContext.Response.Headers.Location = _location;
        await JsonBody.SendAsync(httpContext, _status, _body);
    }

    private static JsonTypeInfo<Enveloped<T>> TypeOf<T>()
        where T : class => (JsonTypeInfo<Enveloped<T>>)AnswerContext.Default.GetTypeInfo(typeof(Enveloped<T>))!;

    private static byte[] Write<T>(T data, JsonTypeInfo<Enveloped<T>> type)
        where T : class => JsonBody.Write(json => JsonSerializer.Serialize(json, new Enveloped<T>(data), type));
}

/// <summary>The body of an answer.</summary>
internal sealed record Enveloped<T>(T Data)
    where T : class;

[JsonSerializable(typeof(Enveloped<StoreAnswer>))]
[JsonSerializable(typeof(Enveloped<StoreListAnswer>))]
[JsonSerializable(typeof(Enveloped<KeyListAnswer>))]
[JsonSerializable(typeof(Enveloped<UserAnswer>))]
[JsonSerializable(typeof(Enveloped<PublicUserAnswer>))]
[JsonSerializable(typeof(Enveloped<AccountLimitsAnswer>))]
[JsonSerializable(typeof(Enveloped<MonthlyUsageAnswer>))]
[JsonSerializable(typeof(Enveloped<ActorRunAnswer>))]
[JsonSerializable(typeof(Enveloped<RunAnswer>))]
[JsonSerializable(typeof(Enveloped<ClockAnswer>))]
[JsonSerializable(typeof(Enveloped<HealthAnswer>))]
[JsonSerializable(typeof(Enveloped<RequestListAnswer>))]
[JsonSerializable(typeof(Enveloped<StoreOverviewListAnswer>))]
[JsonSerializable(typeof(Enveloped<SizesAnswer>))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(TimeConverter)], AllowDuplicateProperties = false)]
internal sealed partial class AnswerContext : JsonSerializerContext;
