using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Errors;

/// <summary>An error as it goes out: <c>{"error":{"type":…,"message":…}}</c>, with <c>data</c> where there is more to say.</summary>
internal sealed class ErrorEnvelope(ApiError error) : IResult
{
    /// <summary>The error that a request was answered with, or null.</summary>
    public static ApiError? Find(HttpContext context) => context.Features.Get<ApiError>();

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var isOfService = httpContext.RequestServices.GetRequiredService<ServerOptions>().ErrorNames == ErrorNames.Service;
        var told = WithoutSecrets(httpContext, isOfService ? error.OfService : error);
        httpContext.Features.Set(told);
        SentBody.Forget(httpContext);
        var response = httpContext.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json; charset=utf-8";
        if (error.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";

        var body = Serialize(new Envelope(new Body(told.Type, told.Message, told.Data)));
        response.ContentLength = body.Length;

        // Without a way to cancel it: a client that has left is no fault, and the write ends by itself.
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(body, CancellationToken.None);
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

    private static byte[] Serialize(Envelope envelope)
    {
        // Quotes and letters as they are; it is sent as JSON that nothing may sniff for HTML.
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            JsonSerializer.Serialize(json, envelope, EnvelopeContext.Default.Envelope);
        return body.ToArray();
    }

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
