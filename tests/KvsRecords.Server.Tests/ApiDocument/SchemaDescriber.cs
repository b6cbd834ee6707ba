using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using KvsRecords.Server.Answers;
using KvsRecords.Server.Description;
using KvsRecords.Server.Emulator.Faults;
using KvsRecords.Server.Errors;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace KvsRecords.Server.Tests.ApiDocument;

/// <summary>Says what the server's types do not say of their JSON.</summary>
internal sealed class SchemaDescriber : IOpenApiSchemaTransformer
{
    /// <summary>The name that a type has in the document.</summary>
    public static string? NameOf(JsonTypeInfo type) => type.Type switch
    {
        var envelope when envelope == typeof(ErrorEnvelope.Envelope) => "Error",
        var body when body == typeof(ErrorEnvelope.Body) => "ErrorBody",
        _ when IsAnyJson(type) => null,
        _ => OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name && name.EndsWith("Answer", StringComparison.Ordinal)
            ? name[..^"Answer".Length]
            : OpenApiOptions.CreateDefaultSchemaReferenceId(type),
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
        else if (IsAnyJson(context.JsonTypeInfo))
        {
            // There is one: the schema of a store.
            schema.Type = JsonSchemaType.Object | JsonSchemaType.Null;
        }
        else if (context.JsonTypeInfo.Type == typeof(ErrorEnvelope.Body))
        {
            schema.Required = new HashSet<string> { "type", "message" };
        }

        else if (context.JsonTypeInfo.Type == typeof(FaultRule))
        {
            // What it works out of the others is not for sending.
            schema.Properties = context.JsonTypeInfo.Properties
                .Where(property => property.Set is not null)
                .ToDictionary(property => property.Name, IOpenApiSchema (property) => FaultRuleSchema.Of(property.Name));
            schema.MinProperties = 1;
        }
        else if (context.JsonTypeInfo.Type == typeof(RunDeclaration) || context.JsonTypeInfo.Type == typeof(ClockChange))
        {
            // What is not given is left out.
            foreach (var member in schema.Properties!.Values.Cast<OpenApiSchema>())
                member.Type &= ~JsonSchemaType.Null;
            if (context.JsonTypeInfo.Type == typeof(ClockChange))
                schema.MinProperties = schema.MaxProperties = 1;
        }

        return Task.CompletedTask;
    }

    private static bool IsAnswer(JsonTypeInfo type) => type.Kind == JsonTypeInfoKind.Object
        && (type.Type.Namespace == typeof(Answer).Namespace || type.Type == typeof(FaultState));

    private static bool IsAnyJson(JsonTypeInfo type) => (Nullable.GetUnderlyingType(type.Type) ?? type.Type) == typeof(JsonElement);
}
