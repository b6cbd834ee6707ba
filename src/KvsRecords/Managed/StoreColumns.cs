using System.Text.Json;
using System.Text.Json.Serialization;
using KvsRecords.Stores;

namespace KvsRecords.Managed;

/// <summary>The values of a store as the columns of a table have them.</summary>
public static partial class StoreColumns
{
    private const long MaxSum = 1L << 53;

    /// <summary>Folds a name for the database, which then compares what <see cref="StoreName.AreSame"/> compares.</summary>
    public static string? Fold(string? name) => name?.ToUpperInvariant();

    /// <summary>Writes the ids of users as a JSON array; null: there is none.</summary>
    public static string? FromUsers(IReadOnlySet<string> users) =>
        users.Count == 0 ? null : JsonSerializer.Serialize([.. users.Order(StringComparer.Ordinal)], UserIds.Default.StringArray);

    /// <summary>Reads the ids of users.</summary>
    /// <exception cref="JsonException">They are damaged.</exception>
    public static IReadOnlySet<string> ToUsers(string? json) =>
        json is null ? new HashSet<string>() : new HashSet<string>(JsonSerializer.Deserialize(json, UserIds.Default.StringArray) ?? []);

    /// <summary>Reads a general access; one that is not known lets only those in who are named.</summary>
    public static GeneralAccess ToGeneralAccess(string text) =>
        GeneralAccessName.TryParse(text, out var general) ? general : GeneralAccess.Restricted;

    /// <summary>Reads a schema.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    /// <exception cref="JsonException">It is damaged.</exception>
    public static StoreSchema? ToSchema(string? schema)
    {
        if (schema is null)
            return null;

        using var json = JsonDocument.Parse(schema);
        var problems = new List<string>();
        return StoreSchema.Parse(json.RootElement, "schema", problems)
            ?? throw new InvalidDataException($"A store's schema is damaged: {string.Join("; ", problems)}.");
    }

    /// <summary>Checks a sum of lengths: with more, the length of an archive could not be said.</summary>
    /// <exception cref="FormatException">It is less than nothing, or more than fits.</exception>
    public static long CheckSum(long sum) =>
        sum is >= 0 and <= MaxSum ? sum : throw new FormatException("a sum is less than nothing, or more than fits");

    [JsonSerializable(typeof(string[]))]
    private sealed partial class UserIds : JsonSerializerContext;
}
