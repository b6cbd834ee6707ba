using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// The rules of a store's collections for the records that are written to them: certain content types, and JSON that obeys a schema. A
/// record that belongs to several collections must obey all of them.
/// </summary>
/// <param name="options">Limits the tokens of a value.</param>
/// <param name="own">The storage that has room for long values; null where nothing is written.</param>
internal sealed class CollectionRules(ServerOptions options, OwnStorage? own = null) : IDisposable
{
    /// <summary>Limits the length of a value that is checked against a schema, in bytes.</summary>
    public const int MaxChecked = 64 * 1024 * 1024;

    // Schemas go down with the value, and with their references.
    private const int StackSize = 16 * 1024 * 1024;

    // There are as many as schemas in the stores. Those of more text than this are compiled again.
    private const int MaxKept = 4 * 1024 * 1024;

    private readonly ConcurrentDictionary<string, SchemaNode> _compiled = new(StringComparer.Ordinal);
    private readonly SemaphoreSlim _turns = new(Environment.ProcessorCount);
    private int _kept;

    /// <summary>Lists what is wrong with the schemas of a store's collections: nothing could be written to such a collection.</summary>
    public IEnumerable<string> ProblemsOf(StoreSchema schema) => schema.CollectionIds.Select(id => schema.Find(id)!)
        .Where(collection => collection.JsonSchema is not null)
        .Select(collection => Compile(collection, out var wrong) is null ? $"the collection \"{collection.Id}\": {wrong}" : "")
        .Where(problem => problem.Length > 0);

    /// <summary>Checks a value that is about to be written.</summary>
    /// <returns>The value to write: the body itself, or what was read of it.</returns>
    /// <exception cref="RequestRefusedException">The value breaks a collection's rule, or cannot be checked within the limits.</exception>
    public async ValueTask<CheckedValue> CheckAsync(
        StoreSchema? schema, RecordKey key, string? contentType, Stream body, CancellationToken cancellationToken)
    {
        var collections = schema?.Of(key).ToList() ?? [];
        foreach (var collection in collections)
            CheckContentType(collection, key, contentType);

        var withSchema = collections.Where(collection => collection.JsonSchema is not null).ToList();
        if (withSchema.Count == 0)
            return new CheckedValue(body, null);

        var value = await SpooledValue.ReadAsync(body, own?.Folder ?? Path.GetTempPath(), MaxChecked, cancellationToken);
        try
        {
            await CheckAsync(withSchema, key, value, cancellationToken);
            return new CheckedValue(value.OpenRead(), value);
        }
        catch
        {
            await value.DisposeAsync();
            throw;
        }
    }

    public void Dispose() => _turns.Dispose();

    private static void CheckContentType(Collection collection, RecordKey key, string? contentType)
    {
        if (collection.ContentTypes is not { } allowed || allowed.Any(pattern => IsOfType(contentType ?? "", pattern)))
            return;

        var message = $"The record \"{key}\" belongs to the collection \"{collection.Id}\", which takes the content types "
            + $"{string.Join(", ", allowed)}, and not \"{contentType ?? "none"}\".";
        throw new RequestRefusedException(
            ApiError.SchemaViolated(message, [new SchemaViolation(collection.Id, "", "contentTypes", message)]));
    }

    // Old schemas say "image/*".
    private static bool IsOfType(string contentType, string pattern)
    {
        var type = ContentTypes.WithoutParameters(contentType);
        var wanted = ContentTypes.WithoutParameters(pattern);
        return wanted.EndsWith("/*", StringComparison.Ordinal)
            ? type.StartsWith(wanted[..^1], StringComparison.OrdinalIgnoreCase)
            : string.Equals(type, wanted, StringComparison.OrdinalIgnoreCase);
    }

    // On a thread of its own, and not on one that other requests wait for: a check may take all of its time.
    private async Task CheckAsync(List<Collection> collections, RecordKey key, SpooledValue value, CancellationToken cancellationToken)
    {
        await _turns.WaitAsync(cancellationToken);
        try
        {
            var done = new TaskCompletionSource<IReadOnlyList<SchemaViolation>>(TaskCreationOptions.RunContinuationsAsynchronously);
            new Thread(
                () =>
                {
                    try
                    {
                        done.SetResult(Violations(collections, key, value, cancellationToken));
                    }
                    catch (Exception e)
                    {
                        done.SetException(e);
                    }
                },
                StackSize)
            { IsBackground = true }.Start();
            if (await done.Task is { Count: > 0 } violations)
            {
                var first = $"{violations[0].InstancePath} {violations[0].Message}";
                throw new RequestRefusedException(ApiError.SchemaViolated(
                    $"The record \"{key}\" does not obey the schema of its collection: {first}".TrimEnd(), violations));
            }
        }
        finally
        {
            _turns.Release();
        }
    }

    private IReadOnlyList<SchemaViolation> Violations(
        List<Collection> collections, RecordKey key, SpooledValue value, CancellationToken cancellationToken)
    {
        try
        {
            IReadOnlyList<SchemaViolation> violations = [];
            value.Use(json =>
            {
                var check = new SchemaCheck(cancellationToken);
                using var table = JsonTable.Read(json, options.MaxSchemaTokens, check);
                violations = check.Violations;
                foreach (var collection in collections)
                {
                    if (Compile(collection, out var wrong) is { } schema)
                        check.Run(collection.Id, schema, table.Root);
                    else
                        violations = [.. violations, new SchemaViolation(collection.Id, "", "jsonSchema", wrong)];
                }
            });
            return violations;
        }
        catch (JsonException e)
        {
            return Refuse("type", string.Create(
                CultureInfo.InvariantCulture,
                $"The record \"{key}\" must be JSON, as its collection asks (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1})."));
        }
        catch (CheckLimitException e)
        {
            return Refuse("jsonSchema", $"The record \"{key}\" cannot be held against the schema of its collection: {e.Message}.");
        }
        catch (InvalidOperationException)
        {
            return Refuse(
                "type", $"The record \"{key}\" cannot be held against the schema of its collection: a name or a text in it is no Unicode.");
        }
    }

    private static IReadOnlyList<SchemaViolation> Refuse(string keyword, string message) =>
        throw new RequestRefusedException(ApiError.SchemaViolated(message, [new SchemaViolation("", "", keyword, message)]));

    private SchemaNode? Compile(Collection collection, out string wrong)
    {
        var text = collection.JsonSchema!;
        wrong = "";
        if (_compiled.TryGetValue(text, out var known))
            return known;

        try
        {
            var compiled = SchemaBuilder.Compile(text);
            if (Interlocked.Add(ref _kept, text.Length) > MaxKept)
            {
                _compiled.Clear();
                Interlocked.Exchange(ref _kept, text.Length);
            }

            return _compiled.GetOrAdd(text, compiled);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException)
        {
            wrong = $"its schema is no JSON Schema: {e.Message}";
            return null;
        }
    }
}
