using System.Collections.Concurrent;
using System.Text.Json;
using Json.Schema;
using Json.Schema.Keywords;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// Compiles the JSON Schemas of collections, and keeps them. They are of draft-07, as the service has it, whatever their <c>$schema</c>
/// says: so each <c>$ref</c> in them is one that comes to an end.
/// </summary>
internal sealed class SchemaCompiler
{
    // There are as many as schemas in the stores; whoever makes more than this has them made again.
    private const int MostKept = 256;

    // The library follows a chain of references with a frame or two for each, while it compiles: 20,000 took more than a megabyte.
    private const int MostReferences = 10_000;
    private const int StackSize = 64 * 1024 * 1024;

    private static readonly Lazy<BuildOptions> Draft07 = new(MakeOptions);

    private readonly ConcurrentDictionary<string, JsonSchema> _compiled = new(StringComparer.Ordinal);

    /// <returns>The schema; null: it is none, and <paramref name="wrong"/> says why.</returns>
    public JsonSchema? Compile(string text, out string wrong)
    {
        wrong = "";
        if (_compiled.TryGetValue(text, out var known))
            return known;
        if (_compiled.Count >= MostKept)
            _compiled.Clear();

        SchemaLibrary.MakeReady();
        try
        {
            return _compiled.GetOrAdd(text, WithLargeStack(() => Build(text)));
        }
        catch (Exception e) when (e is JsonSchemaException or JsonException or ArgumentException or InvalidOperationException or FormatException
            or ArithmeticException)
        {
            wrong = $"its schema is no JSON Schema: {e.Message}";
            return null;
        }
    }

    private static JsonSchema Build(string text)
    {
        using var json = JsonDocument.Parse(text);
        if (CountReferences(json.RootElement) > MostReferences)
            throw new ArgumentException($"it has more than {MostReferences} references");

        // A registry of schemas for each: two with the same $id are no conflict here.
        var options = Draft07.Value;
        return JsonSchema.FromText(
            text, new BuildOptions { Dialect = options.Dialect, DialectRegistry = options.DialectRegistry, SchemaRegistry = new SchemaRegistry() });
    }

    private static int CountReferences(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().Sum(member => (member.NameEquals("$ref") ? 1 : 0) + CountReferences(member.Value)),
        JsonValueKind.Array => json.EnumerateArray().Sum(CountReferences),
        _ => 0,
    };

    private static JsonSchema WithLargeStack(Func<JsonSchema> build)
    {
        var done = new TaskCompletionSource<JsonSchema>();
        var thread = new Thread(
            () =>
            {
                try
                {
                    done.SetResult(build());
                }
                catch (Exception e)
                {
                    done.SetException(e);
                }
            },
            StackSize);
        thread.Start();
        thread.Join();
        return done.Task.GetAwaiter().GetResult();
    }

    private static BuildOptions MakeOptions()
    {
        var (draft07, registry) = (Dialect.Draft07, new DialectRegistry());
        var guarded = draft07.Without([RefKeyword.Instance]);
        Dialect As(Uri? id) => guarded.With([new GuardedRef()], id, draft07.RefIgnoresSiblingKeywords, draft07.AllowUnknownKeywords);
        foreach (var dialect in (Dialect[])[Dialect.Draft06, draft07, Dialect.Draft201909, Dialect.Draft202012, Dialect.V1])
            registry.Register(As(dialect.Id));
        return new BuildOptions { Dialect = As(draft07.Id), DialectRegistry = registry };
    }
}
