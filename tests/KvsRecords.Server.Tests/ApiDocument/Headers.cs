using System.Text.Json.Nodes;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>The headers of answers, each of which stands in the document once.</summary>
internal static class Headers
{
    private static readonly string[] OfAll = ["Cache-Control", "Cross-Origin-Resource-Policy", "X-Content-Type-Options", "X-RateLimit-Limit"];

    private static readonly string[] OfCors = ["Access-Control-Allow-Origin", "Access-Control-Expose-Headers", "Vary"];

    private static readonly string[] Numbers = ["Retry-After", "X-RateLimit-Limit"];

    private static readonly Dictionary<string, (string Text, string Example)> Known = new()
    {
        ["Accept-Ranges"] = ("Whether parts of it can be asked for: bytes or none.", "bytes"),
        ["Access-Control-Allow-Origin"] = ("The origin of the page that asks, if it may.", "http://localhost:3000"),
        ["Access-Control-Expose-Headers"] = ("The headers that the page may read.", "Content-Length,ETag"),
        ["Allow"] = ("The methods that there are at the URL.", "GET, HEAD, OPTIONS"),
        ["Cache-Control"] = ("Nothing is kept without asking whether it is still so.", "private, no-cache"),
        ["Content-Disposition"] = ("The answer is a file to keep, of this name.", "attachment; filename=\"shop.zip\""),
        ["Content-Range"] = ("Which bytes these are, and of how many; or only of how many.", "bytes 0-99/12345"),
        ["Content-Security-Policy"] = ("On everything that a browser would run: it is shown, and cannot act on this server.", "sandbox"),
        ["Cross-Origin-Resource-Policy"] = ("Which pages may show it: those of this machine, or all of them (--allowed-origins *).", "same-site"),
        ["ETag"] = ("What it is. It changes with every byte.", "\"17-1\""),
        ["Last-Modified"] = ("When it was changed last.", "Sat, 31 Jan 2026 12:00:00 GMT"),
        ["Location"] = ("The URL of what was made.", "http://127.0.0.1:8011/v2/key-value-stores/Sh0pStore00000001"),
        ["Retry-After"] = ("After how many seconds to ask again.", "1"),
        ["Vary"] = ("That the answer is another for another origin.", "Origin"),
        ["WWW-Authenticate"] = ("How to say who is asking.", "Bearer"),
        ["X-Content-Type-Options"] = ("The content type is what it says.", "nosniff"),
        ["X-RateLimit-Limit"] = ("How many requests a second are allowed. It is missing when the limits are off.", "60"),
    };

    public static Dictionary<string, IOpenApiHeader> Of(IEnumerable<string> names, bool hasCors, OpenApiDocument document) => names
        .Concat(OfAll)
        .Concat(hasCors ? OfCors : [])
        .Order(StringComparer.Ordinal)
        .ToDictionary(name => name, IOpenApiHeader (name) => Shared(name, document));

    private static OpenApiHeaderReference Shared(string name, OpenApiDocument document)
    {
        var (text, example) = Known[name];
        var isNumber = Numbers.Contains(name);
        document.AddComponent<IOpenApiHeader>(name, new OpenApiHeader
        {
            Description = text,
            Schema = isNumber
                ? new OpenApiSchema { Type = JsonSchemaType.Integer, Minimum = "1" }
                : new OpenApiSchema { Type = JsonSchemaType.String },
            Example = isNumber ? JsonNode.Parse(example) : JsonValue.Create(example),
        });
        return new OpenApiHeaderReference(name, document);
    }
}
