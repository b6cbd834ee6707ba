using System.Text;
using System.Text.Json;

namespace KvsRecords.Folder;

/// <summary>The words of a sidecar. Each is null where it is not there, is empty or is no text.</summary>
/// <param name="Key">The key of the record.</param>
/// <param name="ContentType">Its content type.</param>
/// <param name="Extension">The ending of the value's file; only Crawlee JS v3 writes one.</param>
/// <param name="ValueFile">The name of the value's file; only Crawlee JS v4 and the Apify CLI write one.</param>
internal sealed record SidecarContent(string? Key, string? ContentType, string? Extension, string? ValueFile)
{
    // Crawlee JS v3 writes text that holds the object: "{\"key\":…}".
    private const int MaxWrappings = 1;

    /// <summary>Reads a sidecar of any crawler. Null: it is none, perhaps because it is being written.</summary>
    public static SidecarContent? Parse(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            if (bytes.Span.StartsWith(Encoding.UTF8.Preamble))
                bytes = bytes[Encoding.UTF8.Preamble.Length..];
            using var json = JsonDocument.Parse(bytes);
            return Of(json.RootElement, MaxWrappings);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text in it is no Unicode.
            return null;
        }
    }

    private static SidecarContent? Of(JsonElement json, int wrappings)
    {
        if (json.ValueKind == JsonValueKind.String && wrappings > 0)
        {
            using var inner = JsonDocument.Parse(json.GetString()!);
            return Of(inner.RootElement, wrappings - 1);
        }

        return json.ValueKind != JsonValueKind.Object ? null : new SidecarContent(
            StoreMetadata.Text(json, "key"),
            StoreMetadata.Text(json, "contentType") ?? StoreMetadata.Text(json, "content_type"),
            StoreMetadata.Text(json, "extension"),
            StoreMetadata.Text(json, "filename"));
    }
}
