using System.Text.Json;

namespace KvsRecords.Stores;

/// <summary>
/// A key-value store schema: the collections of a store. Source: the API's own JSON Schema of it, version 1.
/// Members that the version does not know are allowed, as there.
/// </summary>
public sealed class StoreSchema
{
    private readonly Dictionary<string, Collection> _collections;

    private StoreSchema(string json, Dictionary<string, Collection> collections) => (Json, _collections) = (json, collections);

    /// <summary>The schema as it was given, so that a storage can keep it.</summary>
    public string Json { get; }

    /// <summary>The ids of the collections, in the order in which the schema defines them.</summary>
    public IReadOnlyCollection<string> CollectionIds => _collections.Keys;

    /// <summary>The collection with this id, compared exactly, or null.</summary>
    public Collection? Find(string id) => _collections.GetValueOrDefault(id);

    /// <summary>The collections to which a record with this key belongs: none, one or several.</summary>
    public IEnumerable<Collection> Of(RecordKey key) =>
        _collections.Values.Where(collection => new RecordFilter(Collection: collection).Matches(key));

    /// <summary>
    /// MUST read a schema that is right, or else name everything that is wrong with it in <paramref name="problems"/>,
    /// each with the place (<paramref name="place"/> is where the schema itself stands) and what is allowed there.
    /// </summary>
    public static StoreSchema? Parse(JsonElement json, string place, ICollection<string> problems)
    {
        var before = problems.Count;
        try
        {
            var collections = ParseCollections(new SchemaPlace(json, place, problems));
            return problems.Count == before ? new StoreSchema(json.GetRawText(), collections) : null;
        }
        catch (InvalidOperationException)
        {
            // JSON can write half of a surrogate pair, but it cannot be read as text.
            problems.Add($"{place}: a name or a text in it is no Unicode; allowed: whole characters");
            return null;
        }
    }

    private static Dictionary<string, Collection> ParseCollections(SchemaPlace schema)
    {
        if (!schema.IsObject())
            return [];

        if (schema.Required("actorKeyValueStoreSchemaVersion") is { } version)
            version.MustBe(version.Json.ValueKind == JsonValueKind.Number && version.Json.TryGetInt32(out var one) && one == 1, "1");
        schema.Required("title")?.Text();
        schema.Optional("description")?.Text();
        schema.Optional("$schema")?.Text();
        schema.Optional("type")?.Text("\"object\"", text => text == "object");

        var collections = new Dictionary<string, Collection>(StringComparer.Ordinal);
        if (schema.Required("collections") is { } all && all.IsObject())
        {
            foreach (var member in all.Json.EnumerateObject())
                collections[member.Name] = ParseCollection(member.Name, all.Member(member));
        }

        return collections;
    }

    private static Collection ParseCollection(string id, SchemaPlace collection)
    {
        if (!collection.IsObject())
            return new Collection(id, null, null, null, null);

        var title = collection.Optional("title")?.Text();
        collection.Optional("description")?.Text();
        var key = collection.Optional("key");
        var keyPrefix = collection.Optional("keyPrefix");
        collection.MustBe(key is null != keyPrefix is null, "an object with exactly one of \"key\" and \"keyPrefix\"");
        var contentTypes = collection.Optional("contentTypes")?.UniqueTexts();
        var jsonSchema = collection.Optional("jsonSchema");
        if (jsonSchema is not null)
        {
            jsonSchema.IsObject();
            collection.MustBe(contentTypes is ["application/json"], "with \"jsonSchema\", \"contentTypes\" of exactly [\"application/json\"]");
        }

        return new Collection(id, title, key?.NonEmptyText(), keyPrefix?.NonEmptyText(), contentTypes, jsonSchema?.Json.GetRawText());
    }
}

/// <summary>A named group of a store's records, defined by the store's schema: one key, or all keys with a prefix.</summary>
/// <param name="Id">The id that <c>collection=</c> names, compared exactly.</param>
/// <param name="Title">A title for people, or null.</param>
/// <param name="Key">The one key that belongs to it; null when <paramref name="KeyPrefix"/> is given.</param>
/// <param name="KeyPrefix">What the keys that belong to it start with; null when <paramref name="Key"/> is given.</param>
/// <param name="ContentTypes">The content types that its records may have; null: any. Never a condition on reading.</param>
/// <param name="JsonSchema">The JSON Schema (draft-07) that its records must obey, as it was given; null: any content.</param>
public sealed record Collection(
    string Id, string? Title, string? Key, string? KeyPrefix, IReadOnlyList<string>? ContentTypes, string? JsonSchema = null);
