using System.Globalization;
using System.Text.Json;
using KvsRecords.Stores;

namespace KvsRecords.StorageContract;

/// <summary>Values, keys and schemas for tests, the same in every run.</summary>
public static class Sample
{
    /// <summary>Bytes that deflate does not make smaller.</summary>
    public static byte[] Random(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>A number as a key: keys of this kind are in the order of their numbers.</summary>
    public static string NumberOf(int number) => number.ToString("D6", CultureInfo.InvariantCulture);

    /// <summary>The schema of this JSON.</summary>
    public static StoreSchema Schema(string text)
    {
        using var json = JsonDocument.Parse(text);
        return StoreSchema.Parse(json.RootElement, "schema", [])!;
    }
}
