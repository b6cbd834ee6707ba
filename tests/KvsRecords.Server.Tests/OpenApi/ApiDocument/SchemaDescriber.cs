using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using KvsRecords.Emulator;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Responses;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>Describes in schemas what the server's types do not say of their JSON.</summary>
internal sealed class SchemaDescriber : IOpenApiSchemaTransformer
{
    /// <summary>Gives the name that a type has in the document; null: it stands where it is used.</summary>
    public static string? NameOf(JsonTypeInfo type) => OpenApiOptions.CreateDefaultSchemaReferenceId(type) switch
    {
        _ when Plain(type) == typeof(JsonElement) || Plain(type) == typeof(FaultEffect) || type.Type.IsGenericType => null,
        nameof(Fault) => "FaultRule",
        nameof(ReceivedRequest) => "Request",
        { } name when name.EndsWith("Answer", StringComparison.Ordinal) => name[..^"Answer".Length],
        var name => name,
    };

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // An answer has every member, but those that its type leaves out for some values.
        if (IsAnswer(context.JsonTypeInfo))
        {
            schema.Required = context.JsonTypeInfo.Properties
                .Where(property => property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: false) is not { Length: > 0 })
                .Select(property => property.Name)
                .ToHashSet();
        }
        else if (Plain(context.JsonTypeInfo) == typeof(JsonElement))
        {
            // There is one: the schema of a store.
            schema.Type = JsonSchemaType.Object | JsonSchemaType.Null;
        }

        return Task.CompletedTask;
    }

    private static bool IsAnswer(JsonTypeInfo type) => type.Kind == JsonTypeInfoKind.Object
        && (type.Type.Namespace == typeof(Answer).Namespace || type.Type == typeof(FaultState) || type.Type == typeof(ReceivedRequest));

    private static Type Plain(JsonTypeInfo type) => Nullable.GetUnderlyingType(type.Type) ?? type.Type;
}
