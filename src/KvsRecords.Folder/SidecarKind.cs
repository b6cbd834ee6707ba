using System.Text.Json;

namespace KvsRecords.Folder;

/// <summary>Tells the two layouts apart where both have sidecars: only Crawlee JS v3 writes a member <c>extension</c>.</summary>
internal static class SidecarKind
{
    public static bool IsOfExtensionLayout(string folder, string root, IEnumerable<string> sidecars, IFolderEvents events)
    {
        // The first that can be read decides: a store is written by one crawler.
        foreach (var name in sidecars)
        {
            var path = Path.Join(folder, name + FolderNames.SidecarEnding);
            try
            {
                if (RegularFile.ReadMetadata(path, root, events) is not { } text)
                    continue;

                using var json = JsonDocument.Parse(text);
                if (json.RootElement.ValueKind == JsonValueKind.Object)
                    return json.RootElement.TryGetProperty("extension", out _);
            }
            catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
            {
                // Being written or removed at this moment, or with names that are no text: the next one tells as well.
            }
        }

        return false;
    }
}
