using System.Text.Json;

namespace KvsRecords.Server.Schemas;

/// <summary>The keywords that restrict arrays. Every other value obeys them.</summary>
internal static class ArrayKeywords
{
    // Longer arrays have their hashes outside of the collected heap.
    private const int MaxCollected = 4_096;

    public static readonly string[] Names = ["minItems", "maxItems", "uniqueItems", "contains"];

    public static void Add(SchemaNode node, SchemaKeyword keyword)
    {
        switch (keyword.Name)
        {
            case "minItems":
                var least = keyword.Count();
                Add($"should have at least {least} items", (value, check) => Count(value, check) >= least);
                break;
            case "maxItems":
                var most = keyword.Count();
                Add($"should have at most {most} items", (value, check) => Count(value, check) <= most);
                break;
            case "uniqueItems":
                if (keyword.Flag())
                    Add("should have no item twice", AreUnique);
                break;
            case "contains":
                var contained = keyword.Schema();
                Add("should contain an item that obeys the schema of contains",
                    (value, check) => value.Items.Any(item => check.Obeys(contained, item)));
                break;
        }

        void Add(string wrong, Rule rule) =>
            node.Add(keyword.Name, wrong, (value, check) => value.Kind != JsonValueKind.Array || rule(value, check));
    }

    /// <summary><c>items</c> and <c>additionalItems</c>.</summary>
    public static void AddItems(SchemaNode node, SchemaKeyword items, SchemaKeyword? additional)
    {
        var isList = items.Value.Kind == JsonValueKind.Array;
        SchemaNode[] first = isList ? [.. items.Items().Select(items.Schema)] : [];
        var rest = isList ? additional?.Schema() : items.Schema();
        node.Add(isList ? "additionalItems" : "items", "", (value, check) =>
        {
            if (value.Kind != JsonValueKind.Array)
                return true;

            var (holds, index) = (true, 0);
            foreach (var item in value.Items)
            {
                check.Step();
                if ((index < first.Length ? first[index] : rest) is { } schema && !check.Holds(schema, item, name: null, index))
                {
                    holds = false;
                    if (!check.WantsMore)
                        break;
                }

                index++;
            }

            return holds;
        });
    }

    private static int Count(JsonValue value, SchemaCheck check)
    {
        var count = 0;
        foreach (var _ in value.Items)
        {
            check.Step();
            count++;
        }

        return count;
    }

    // Eight bytes for each item, and a second look at those whose hash is that of another.
    private static bool AreUnique(JsonValue value, SchemaCheck check)
    {
        var count = Count(value, check);
        using var mapped = count > MaxCollected ? MappedMemory<ulong>.New(count) : null;
        var hashes = mapped is null ? new ulong[count] : mapped.GetSpan();
        var index = 0;
        foreach (var item in value.Items)
        {
            hashes[index++] = JsonEquality.Hash(item, check);
        }

        hashes.Sort();
        var suspects = new Dictionary<ulong, List<JsonValue>>();
        for (var i = 1; i < hashes.Length; i++)
        {
            if (hashes[i] == hashes[i - 1])
                suspects.TryAdd(hashes[i], []);
        }

        foreach (var item in suspects.Count == 0 ? [] : value.Items)
        {
            if (!suspects.TryGetValue(JsonEquality.Hash(item, check), out var alike))
                continue;
            if (alike.Exists(other => JsonEquality.AreEqual(item, other, check)))
                return false;
            alike.Add(item);
        }

        return true;
    }
}
