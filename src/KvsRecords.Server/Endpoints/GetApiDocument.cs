using System.IO.Compression;
using System.Net.Mime;
using System.Text.Json;
using System.Text.Json.Nodes;
using KvsRecords.Server.Settings;
using Microsoft.AspNetCore.Mvc;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>GET /openapi/v1.json</c>: the server's own description, as OpenAPI 3.1. The tests write it with ASP.NET Core's own generator, and it is
/// part of the program: with the generator in it, the native program would take 2.9 MB more of memory and 1.6 MB more of the disk for the
/// same document.
/// </summary>
internal static class GetApiDocument
{
    public const string Path = "/openapi/v1.json";

    private const string Resource = "openapi.v1.json.gz";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapApiDocument(this WebApplication app)
    {
        var publicUrl = app.Services.GetRequiredService<ServerOptions>().PublicBaseUrl;
        var atPublicUrl = publicUrl is null ? null : WithServer(publicUrl);
        app.MapMethods(
            Path,
            Methods,
            [ProducesResponseType<JsonObject>(StatusCodes.Status200OK, Description = "The document.")] () => TypedResults.Stream(
                atPublicUrl is null ? Open() : new MemoryStream(atPublicUrl, writable: false), MediaTypeNames.Application.Json))
            .DisableRateLimiting()
            .WithSummary("Gives this document.");
        app.MapOtherMethods(Path, Methods);
    }

    // Below a proxy's prefix "/" is another server.
    private static byte[] WithServer(string url)
    {
        using var stream = Open();
        var document = JsonNode.Parse(stream)!;
        document["servers"]![0]!["url"] = url;
        using var changed = new MemoryStream();
        using (var json = new Utf8JsonWriter(changed, new JsonWriterOptions { Indented = true }))
            document.WriteTo(json);
        return changed.ToArray();
    }

    public static Stream Open() =>
        new GZipStream(typeof(GetApiDocument).Assembly.GetManifestResourceStream(Resource)!, CompressionMode.Decompress);
}
