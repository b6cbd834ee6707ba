using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using KvsRecords.Server.Emulator.Faults;

namespace KvsRecords.Server.Answers;

/// <summary>An answer as the API gives it: <c>{"data":…}</c>.</summary>
internal sealed class Answer : IResult
{
    private readonly int _status;
    private readonly string? _location;
    private readonly byte[] _body;

    private Answer(int status, string? location, byte[] body) => (_status, _location, _body) = (status, location, body);

    public static Answer Ok(StoreAnswer store) => new(StatusCodes.Status200OK, null, Envelope(store, AnswerContext.Default.StoreAnswer));

    public static Answer Created(string location, StoreAnswer store) =>
        new(StatusCodes.Status201Created, location, Envelope(store, AnswerContext.Default.StoreAnswer));

    public static Answer Ok(StoreListAnswer stores) =>
        new(StatusCodes.Status200OK, null, Envelope(stores, AnswerContext.Default.StoreListAnswer));

    public static Answer Ok(KeyListAnswer keys) =>
        new(StatusCodes.Status200OK, null, Envelope(keys, AnswerContext.Default.KeyListAnswer));

    public static Answer Ok(UserAnswer user) => new(StatusCodes.Status200OK, null, Envelope(user, AnswerContext.Default.UserAnswer));

    public static Answer Ok(PublicUserAnswer user) =>
        new(StatusCodes.Status200OK, null, Envelope(user, AnswerContext.Default.PublicUserAnswer));

    public static Answer Ok(AccountLimitsAnswer limits) =>
        new(StatusCodes.Status200OK, null, Envelope(limits, AnswerContext.Default.AccountLimitsAnswer));

    public static Answer Ok(MonthlyUsageAnswer usage) =>
        new(StatusCodes.Status200OK, null, Envelope(usage, AnswerContext.Default.MonthlyUsageAnswer));

    public static Answer Ok(ActorRunAnswer run) => new(StatusCodes.Status200OK, null, Envelope(run, AnswerContext.Default.ActorRunAnswer));

    public static Answer Ok(ClockAnswer clock) => new(StatusCodes.Status200OK, null, Envelope(clock, AnswerContext.Default.ClockAnswer));

    public static Answer Ok(HealthAnswer health) => new(StatusCodes.Status200OK, null, Envelope(health, AnswerContext.Default.HealthAnswer));

    public static Answer Unavailable(HealthAnswer health) =>
        new(StatusCodes.Status503ServiceUnavailable, null, Envelope(health, AnswerContext.Default.HealthAnswer));

    public static Answer Ok(RequestListAnswer requests) =>
        new(StatusCodes.Status200OK, null, Envelope(requests, AnswerContext.Default.RequestListAnswer));

    public static Answer Ok(StoreOverviewListAnswer stores) =>
        new(StatusCodes.Status200OK, null, Envelope(stores, AnswerContext.Default.StoreOverviewListAnswer));

    public static Answer Ok(IReadOnlyList<FaultState> faults) =>
        new(StatusCodes.Status200OK, null, Envelope(faults, FaultContext.Default.IReadOnlyListFaultState));

    public static Answer Run(RunAnswer run, bool isNew) => new(
        isNew ? StatusCodes.Status201Created : StatusCodes.Status200OK, null, Envelope(run, AnswerContext.Default.RunAnswer));

    /// <summary>Answers that a record is written.</summary>
    public static Answer Written(string location) => new(StatusCodes.Status201Created, location, "{}"u8.ToArray());

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        if (_location is not null)
            httpContext.Response.Headers.Location = _location;
        await JsonBody.SendAsync(httpContext, _status, _body);
    }

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
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, Converters = [typeof(TimeConverter)], AllowDuplicateProperties = false)]
internal sealed partial class AnswerContext : JsonSerializerContext;
