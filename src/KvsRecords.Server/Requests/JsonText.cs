using System.Text.Json;

namespace KvsRecords.Server.Requests;

/// <summary>
/// Text in the JSON of a request, which <see cref="RequestBody"/> has found to be Unicode, and which may still have a NUL.
/// </summary>
internal static class JsonText
{
    public static bool IsText(JsonElement json) => json.ValueKind == JsonValueKind.String && !json.GetString()!.Contains('\0');
}
