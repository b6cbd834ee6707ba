using System.Net.Mime;
using System.Text.Json.Nodes;
using KvsRecords.Server.Description;

namespace KvsRecords.Server.Endpoints;

/// <summary>
/// <c>GET /openapi/v1.json</c>: what the server says of itself, as OpenAPI 3.1. It is part of the program, written by ASP.NET Core's own
/// generator when the program is built: with the generator in it, the native program would take 2.9 MB more of memory and 1.6 MB more
/// of the disk, to say the same.
/// </summary>
internal static class GetApiDocument
{
    public const string Path = "/openapi/v1.json";

    private const string Resource = "openapi.v1.json";

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapApiDocument(this WebApplication app)
    {
        app.MapMethods(Path, Methods, () => TypedResults.Stream(Open(), MediaTypeNames.Application.Json))
            .DisableRateLimiting()
            .WithSummary("Gives this document.")
            .AnswersBody<JsonObject>(StatusCodes.Status200OK, MediaTypeNames.Application.Json, "The document.");
        app.MapOtherMethods(Path, Methods);
    }

    public static Stream Open() => typeof(GetApiDocument).Assembly.GetManifestResourceStream(Resource)!;
}
