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
        where T : class => new(StatusCodes.Status200OK, null, Envelope(data, TypeOf<T>()));

    public static Answer Created<T>(string? location, T data)
        where T : class => new(StatusCodes.Status201Created, location, Envelope(data, TypeOf<T>()));

    public static Answer Unavailable(HealthAnswer health) => new(StatusCodes.Status503ServiceUnavailable, null, Envelope(health, TypeOf<HealthAnswer>()));

    public static Answer Ok<T>(T data, JsonTypeInfo<T> type) => new(StatusCodes.Status200OK, null, Envelope(data, type));

    /// <summary>Answers that a record is written.</summary>
    public static Answer Written(string location) => new(StatusCodes.Status201Created, location, "{}"u8.ToArray());

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (_location is not null)
            httpContext.Response.Headers.Location = _location;
        await JsonBody.SendAsync(httpContext, _status, _body);
    }

    private static JsonTypeInfo<T> TypeOf<T>() => (JsonTypeInfo<T>)AnswerContext.Default.GetTypeInfo(typeof(T))!;

    private static byte[] Envelope<T>(T data, JsonTypeInfo<T> type) => JsonBody.Write(json =>
    {
        json.WriteStartObject();
        json.WritePropertyName("data"u8);
        JsonSerializer.Serialize(json, data, type);
        json.WriteEndObject();
    });
}

[JsonSerializable(typeof(StoreAnswer))]
[JsonSerializable(typeof(StoreListAnswer))]
[JsonSerializable(typeof(KeyListAnswer))]
[JsonSerializable(typeof(UserAnswer))]
[JsonSerializable(typeof(PublicUserAnswer))]
[JsonSerializable(typeof(AccountLimitsAnswer))]
[JsonSerializable(typeof(MonthlyUsageAnswer))]
[JsonSerializable(typeof(ActorRunAnswer))]
[JsonSerializable(typeof(RunAnswer))]
[JsonSerializable(typeof(ClockAnswer))]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(RequestListAnswer))]
[JsonSerializable(typeof(StoreOverviewListAnswer))]
[JsonSerializable(typeof(SizesAnswer))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(TimeConverter)], AllowDuplicateProperties = false)]
internal sealed partial class AnswerContext : JsonSerializerContext;
