using System.Text.Json;
using KvsRecords.Storage;

namespace KvsRecords.Folder;

/// <summary>The content type of a record: what its sidecar says, or else the extension of its file.</summary>
internal static class RecordContentType
{
    // As Crawlee JS v3 reads a file that has neither.
    private const string WithoutExtension = "text/plain";

    // Crawlee for Python, and all others.
    private static readonly string[] Members = ["content_type", "contentType"];

    public static string? Of(RecordFile record, string folder, string root, IFolderEvents events) =>
        OfSidecar(record, folder, root, events)
        ?? ContentTypes.OfFile(record.FileName)
        ?? (record.Sidecar is null && record.FileName.LastIndexOf('.') <= 0 ? WithoutExtension : null);

    private static string? OfSidecar(RecordFile record, string folder, string root, IFolderEvents events)
    {
        try
        {
            if (record.Sidecar is null || RegularFile.ReadMetadata(Path.Join(folder, record.Sidecar), root, events) is not { } text)
                return null;

            using var json = JsonDocument.Parse(text);
            return Members.Select(member => StoreMetadata.Text(json.RootElement, member)).FirstOrDefault(type => type is not null);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            // Being written or removed at this moment, or no object: the value can be read all the same.
            return null;
        }
    }
}
