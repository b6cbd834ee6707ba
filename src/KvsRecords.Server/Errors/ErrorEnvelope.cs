using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace KvsRecords.Server.Errors;

/// <summary>An error as it goes out: <c>{"error":{"type":…,"message":…}}</c>.</summary>
internal sealed class ErrorEnvelope(ApiError error) : IResult
{
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var response = httpContext.Response;
        response.StatusCode = error.Status;
        response.ContentType = "application/json; charset=utf-8";
        if (error.Status == StatusCodes.Status401Unauthorized)
            response.Headers.WWWAuthenticate = "Bearer";

        var body = JsonSerializer.SerializeToUtf8Bytes(new Envelope(new Body(error.Type, error.Message)), EnvelopeContext.Readable.Envelope);
        response.ContentLength = body.Length;

        // Without a way to cancel it: a client that has left is no fault, and the write ends by itself.
        if (!HttpMethods.IsHead(httpContext.Request.Method))
            await response.Body.WriteAsync(body, CancellationToken.None);
    }

    internal sealed record Envelope([property: JsonPropertyName("error")] Body Error);

    internal sealed record Body([property: JsonPropertyName("type")] string Type, [property: JsonPropertyName("message")] string Message);
}

[JsonSerializable(typeof(ErrorEnvelope.Envelope))]
internal sealed partial class EnvelopeContext : JsonSerializerContext
{
    // Quotes and letters as they are; it is sent as JSON that nothing may sniff for HTML.
    public static readonly EnvelopeContext Readable = new(new JsonSerializerOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
