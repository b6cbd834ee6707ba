using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using KvsRecords.Server.Answers;
using KvsRecords.Server.Emulator.Faults;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>Describes in schemas what the server's types do not say of their JSON.</summary>
internal sealed class SchemaDescriber : IOpenApiSchemaTransformer
{
    /// <summary>Gives the name that a type has in the document; null: it stands where it is used.</summary>
    public static string? NameOf(JsonTypeInfo type) => IsAnyJson(type) || type.Type == typeof(FaultEffect)
        ? null
        : OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name && name.EndsWith("Answer", StringComparison.Ordinal)
            ? name[..^"Answer".Length]
            : OpenApiOptions.CreateDefaultSchemaReferenceId(type);

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
        else if (IsAnyJson(context.JsonTypeInfo))
        {
            // There is one: the schema of a store.
            schema.Type = JsonSchemaType.Object | JsonSchemaType.Null;
        }

        return Task.CompletedTask;
    }

    private static bool IsAnswer(JsonTypeInfo type) => type.Kind == JsonTypeInfoKind.Object
        && (type.Type.Namespace == typeof(Answer).Namespace || type.Type == typeof(FaultState));

    private static bool IsAnyJson(JsonTypeInfo type) => (Nullable.GetUnderlyingType(type.Type) ?? type.Type) == typeof(JsonElement);
}
