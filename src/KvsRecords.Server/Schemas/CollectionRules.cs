using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Json.Schema;
using KvsRecords.Server.Errors;
using KvsRecords.Stores;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// What the collections of a store ask of the records that are written to them: certain content types, and JSON that obeys a schema.
/// A record that belongs to several collections must please all of them.
/// </summary>
internal sealed class CollectionRules
{
    /// <summary>The longest value that is held against a schema, in bytes: it is in memory as a whole while that is done.</summary>
    public const int MostChecked = 64 * 1024 * 1024;

    private static readonly EvaluationOptions Options = new() { OutputFormat = OutputFormat.List };

    private readonly SchemaCompiler _compiler = new();

    /// <summary>What is wrong with the schemas of a store's collections: nothing could be written to such a collection.</summary>
    public IEnumerable<string> ProblemsOf(StoreSchema schema) => schema.CollectionIds.Select(id => schema.Find(id)!)
        .Where(collection => collection.JsonSchema is not null)
        .Select(collection => _compiler.Compile(collection.JsonSchema!, out var wrong) is null ? $"the collection \"{collection.Id}\": {wrong}" : "")
        .Where(problem => problem.Length > 0);

    /// <summary>Checks a value that is about to be written.</summary>
    /// <returns>The value to write: the body itself, or what was read of it.</returns>
    /// <exception cref="RequestRefusedException">It is not what a collection asks for.</exception>
    public async ValueTask<Stream> CheckAsync(
        StoreSchema? schema, RecordKey key, string? contentType, Stream body, CancellationToken cancellationToken)
    {
        var collections = schema?.Of(key).ToList() ?? [];
        foreach (var collection in collections)
            CheckContentType(collection, key, contentType);

        var withSchema = collections.Where(collection => collection.JsonSchema is not null).ToList();
        if (withSchema.Count == 0)
            return body;

        var value = await ReadAsync(body, cancellationToken);
        using var json = Parse(value, key);
        var violations = withSchema.SelectMany(collection => Violations(collection, json.RootElement)).ToList();
        if (violations.Count > 0)
        {
            throw new RequestRefusedException(ApiError.SchemaViolated(
                $"The record \"{key}\" does not obey the schema of its collection: {violations[0].InstancePath} {violations[0].Message}".TrimEnd(),
                violations));
        }

        return value;
    }

    private static void CheckContentType(Collection collection, RecordKey key, string? contentType)
    {
        if (collection.ContentTypes is not { } allowed || allowed.Any(pattern => IsOfType(contentType ?? "", pattern)))
            return;

        var message = $"The record \"{key}\" belongs to the collection \"{collection.Id}\", which takes the content types "
            + $"{string.Join(", ", allowed)}, and not \"{contentType ?? "none"}\".";
        throw new RequestRefusedException(
            ApiError.SchemaViolated(message, [new SchemaViolation(collection.Id, "", "contentTypes", message)]));
    }

    // Parameters such as the charset are no part of the type. Old schemas say "image/*".
    private static bool IsOfType(string contentType, string pattern)
    {
        var type = WithoutParameters(contentType);
        var wanted = WithoutParameters(pattern);
        return wanted.EndsWith("/*", StringComparison.Ordinal)
            ? type.StartsWith(wanted[..^1], StringComparison.OrdinalIgnoreCase)
            : string.Equals(type, wanted, StringComparison.OrdinalIgnoreCase);
    }

    private static string WithoutParameters(string contentType)
    {
        var parameters = contentType.IndexOf(';');
        return (parameters < 0 ? contentType : contentType[..parameters]).Trim();
    }

    private static async ValueTask<MemoryStream> ReadAsync(Stream body, CancellationToken cancellationToken)
    {
        var value = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            value.Write(buffer, 0, read);
            if (value.Length > MostChecked)
                throw new RequestRefusedException(ApiError.RequestTooLarge(MostChecked, value.Length));
        }

        value.Position = 0;
        return value;
    }

    private static JsonDocument Parse(MemoryStream value, RecordKey key)
    {
        try
        {
            return JsonDocument.Parse(value.GetBuffer().AsMemory(0, (int)value.Length));
        }
        catch (JsonException e)
        {
            var message = string.Create(
                CultureInfo.InvariantCulture,
                $"The record \"{key}\" must be JSON, as its collection asks (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).");
            throw new RequestRefusedException(ApiError.SchemaViolated(message, [new SchemaViolation("", "", "type", message)]));
        }
    }

    private List<SchemaViolation> Violations(Collection collection, JsonElement value)
    {
        if (_compiler.Compile(collection.JsonSchema!, out var wrong) is not { } schema)
            return [new SchemaViolation(collection.Id, "", "jsonSchema", wrong)];

        EvaluationResults results;
        try
        {
            GuardedRef.Begin();
            results = schema.Evaluate(value, Options);
        }
        catch (RegexMatchTimeoutException)
        {
            return [new SchemaViolation(collection.Id, "", "pattern", "a pattern of the schema takes too long for this value")];
        }
        catch (TimeoutException)
        {
            return [new SchemaViolation(collection.Id, "", "$ref", "the schema takes too long for this value")];
        }
        catch (InsufficientExecutionStackException)
        {
            return [new SchemaViolation(collection.Id, "", "$ref", "the schema refers to itself without end, or too deeply")];
        }
        catch (Exception e) when (e is FormatException or ArithmeticException)
        {
            return [new SchemaViolation(collection.Id, "", "type", "a number in the value, or in the schema, is too large to be compared")];
        }
        catch (InvalidOperationException)
        {
            return [new SchemaViolation(collection.Id, "", "type", "a name or a text in the value is no Unicode")];
        }
        catch (RefResolutionException e)
        {
            return [new SchemaViolation(collection.Id, "", "$ref", e.Message)];
        }

        if (results.IsValid)
            return [];

        var violations = (results.Details ?? []).Append(results).Where(detail => detail.Errors is not null)
            .SelectMany(detail => detail.Errors!.Select(error =>
                new SchemaViolation(collection.Id, detail.InstanceLocation.ToString(), error.Key, error.Value)))
            .ToList();
        return violations.Count > 0 ? violations : [new SchemaViolation(collection.Id, "", "jsonSchema", "the value is not allowed")];
    }
}
