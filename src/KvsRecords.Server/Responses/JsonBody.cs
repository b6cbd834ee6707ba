using System.Text.Encodings.Web;
using System.Text.Json;

namespace KvsRecords.Server.Responses;

/// <summary>A body in JSON. Quotes and letters stand as they are: it is sent as JSON that nothing may sniff for HTML.</summary>
internal static class JsonBody
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(Action<Utf8JsonWriter> write)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Options))
            write(json);
        return body.ToArray();
    }

    public static async Task SendAsync(HttpContext context, int status, byte[] body)
    {
        var response = context.Response;
        response.StatusCode = status;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = body.Length;

        // Without a way to cancel it: a client that has left is no fault, and the write ends by itself.
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, CancellationToken.None);
    }
}
