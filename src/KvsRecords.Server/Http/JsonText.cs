using System.Text.Json;

namespace KvsRecords.Server.Http;

/// <summary>Text in JSON. It can write half of a surrogate pair, which nobody can read.</summary>
internal static class JsonText
{
    public static bool IsText(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.String)
            return false;

        try
        {
            return json.GetString()!.AsSpan().IndexOf('\0') < 0;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }
}
