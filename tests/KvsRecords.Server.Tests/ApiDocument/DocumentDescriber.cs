using System.Reflection;
using KvsRecords.Server.Endpoints;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>What is said of the API as a whole.</summary>
internal sealed class DocumentDescriber : IOpenApiDocumentTransformer
{
    public const string Bearer = "bearer";
    public const string Token = "token";
    public const string Signature = "signature";
    public const string Emulator = "emulator";

    private const string Text = """
        The key-value stores of the Apify API, as this server answers them. An answer is `{"data":…}`, an error
        `{"error":{"type":…,"message":…}}`; times are ISO 8601 in UTC with milliseconds. `{storeId}` is an id, `username~store-name` or
        `~store-name`; the same operations lie below the URL of a run whose default store it is.

        Errors have the types and messages of the API's specification, or with `--error-names service` those of the live service. Where they
        differ, both are listed.

        Every other URL is 404 `page-not-found`, every other method 405 `method-not-allowed`. A live folder is never written to: every
        write is 403. What is no HTTP is refused by the web server with a bare 400.

        A fault that was asked for (`PUT /_emulator/faults`) may put any error, also one that no operation names and with `Retry-After`,
        in the place of any answer of the API, or spoil it.
        """;

    private static readonly (string Name, string Text)[] Tags =
    [
        ("Stores", "What is known of stores."),
        ("Keys", "What a store holds."),
        ("Archive", "All of a store's records at once."),
        ("Records", "Single records."),
        ("Runs", "Runs of Actors that have been declared."),
        ("Users", "Who is asking."),
        ("Emulator", "What steers this server and is no part of the service's API. `--emulator` says who may use it, and no page of another site may."),
        ("Document", "What the server says of itself."),
    ];

    public Task TransformAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "KvsRecords",
            Version = typeof(GetApiDocument).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion,
            Description = Text.ReplaceLineEndings("\n"),
            License = new OpenApiLicense { Name = "MIT", Identifier = "MIT" },
        };
        document.Servers = [new OpenApiServer { Url = "/", Description = "The server that gives this document." }];
        document.Tags = Tags.Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Text }).ToHashSet();

        document.AddComponent<IOpenApiSecurityScheme>(Bearer, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "A user's token. It wins over the one in the query.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(Emulator, new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.Http,
            Scheme = "bearer",
            Description = "The token of `--emulator-token`, which is no user's. Callers on the server's own machine need none.",
        });
        document.AddComponent<IOpenApiSecurityScheme>(Token, InQuery("token", "A user's token."));
        document.AddComponent<IOpenApiSecurityScheme>(Signature, InQuery(
            "signature", "The signature of a URL that somebody with the store's signing key has made: over the store's id, or over the record's key."));
        return Task.CompletedTask;
    }

    private static OpenApiSecurityScheme InQuery(string name, string text) =>
        new() { Type = SecuritySchemeType.ApiKey, In = ParameterLocation.Query, Name = name, Description = text };
}
