using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using KvsRecords.Emulator;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Responses;

/// <summary>An error as it goes out: <c>{"error":{"type":…,"message":…}}</c>, with <c>data</c> where there is more to say.</summary>
internal sealed class ErrorEnvelope(ApiError error) : IResult
{
    /// <summary>The error that a request was answered with, or null.</summary>
    public static ApiError? Find(HttpContext context) => context.Features.Get<ApiError>();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var isOfService = httpContext.RequestServices.GetRequiredService<ServerOptions>().ErrorNames == ErrorNames.Service;
        var sent = WithoutSecrets(httpContext, isOfService ? error.OfService : error);
        httpContext.Features.Set(sent);
        SentBody.Forget(httpContext);
        if (error.Status == StatusCodes.Status401Unauthorized)
            httpContext.Response.Headers.WWWAuthenticate = "Bearer";
        if (error.RetryAfter is { } seconds)
            httpContext.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        var envelope = new Envelope(new Body(sent.Type, sent.Message, sent.Data));
        await JsonBody.SendAsync(
            httpContext, error.Status, JsonBody.Write(json => JsonSerializer.Serialize(json, envelope, EnvelopeContext.Default.Envelope)));
    }

    // A message repeats what was asked for.
    private static ApiError WithoutSecrets(HttpContext context, ApiError error) => error with
    {
        Message = Redaction.Redact(context, error.Message),
        Data = error.Data is not { } data ? null : new ErrorData(
        [
            .. data.ValidationErrors.Select(violation => violation with
            {
                InstancePath = Redaction.Redact(context, violation.InstancePath),
                Message = Redaction.Redact(context, violation.Message),
            }),
        ]),
    };

    internal sealed record Envelope([property: JsonPropertyName("error")] Body Error);

    internal sealed record Body(
        [property: JsonPropertyName("type")] string Type,
        [property: JsonPropertyName("message")] string Message,
        [property: JsonPropertyName("data")] ErrorData? Data);
}

[JsonSerializable(typeof(ErrorEnvelope.Envelope))]
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
internal sealed partial class EnvelopeContext : JsonSerializerContext;
