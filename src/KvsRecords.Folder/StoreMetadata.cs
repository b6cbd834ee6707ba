using System.Globalization;
using System.Text.Json;

namespace KvsRecords.Folder;

/// <summary>The content of a store's <c>__metadata__.json</c>, in any of the spellings that crawlers write.</summary>
internal sealed record StoreMetadata(
    string? Id, string? Name, DateTimeOffset? CreatedAt = null, DateTimeOffset? ModifiedAt = null, DateTimeOffset? AccessedAt = null)
{
    public const string FileName = "__metadata__.json";

    private static readonly StoreMetadata Nothing = new(null, null);

    public static StoreMetadata Read(string storeFolder, string root, IFolderEvents events)
    {
        var path = Path.Join(storeFolder, FileName);
        try
        {
            if (RegularFile.ReadMetadata(path, root, events) is not { } text)
                return Nothing;

            using var json = JsonDocument.Parse(text);
            return new StoreMetadata(
                Text(json.RootElement, "id"),
                Text(json.RootElement, "name"),
                Time(json.RootElement, "createdAt", "created_at"),
                Time(json.RootElement, "modifiedAt", "modified_at"),
                Time(json.RootElement, "accessedAt", "accessed_at"));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return Nothing;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // InvalidOperationException: it is JSON, but no object, or holds half of a surrogate pair.
            events.UnreadableMetadata(path, e.Message);
            return Nothing;
        }
    }

    // '2026-11-28T01:17:54.103Z' of JavaScript, '2026-11-28 01:26:57.944320+00:00' of Python.
    private static DateTimeOffset? Time(JsonElement json, string member, string otherSpelling) =>
        DateTimeOffset.TryParse(
            Text(json, member) ?? Text(json, otherSpelling),
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var time) ? time : null;

    /// <summary>A member that is text and not empty, or null.</summary>
    public static string? Text(JsonElement json, string member) =>
        json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text
            ? text
            : null;
}
