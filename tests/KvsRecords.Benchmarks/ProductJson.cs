using System.Text.Encodings.Web;
using System.Text.Json;

namespace KvsRecords.Benchmarks;

/// <summary>A product as a crawler writes it down: indented, with texts, numbers, addresses and reviews.</summary>
internal static class ProductJson
{
    private static readonly JsonWriterOptions Indented = new()
    {
        Indented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly string[] Colours = ["black", "white", "anthracite", "sky blue", "olive", "rust"];

    private static readonly string[] Features = ["Weight", "Width", "Height", "Depth", "Material", "Warranty", "Origin", "Model year"];

    /// <summary>At least <paramref name="bytes"/> long: reviews fill it up.</summary>
    public static byte[] Make(Random random, int number, int bytes) => Json(json =>
    {
        json.WriteString("url", $"https://shop.example.com/{Words.Slug(random, 2)}/{Words.Slug(random, 3)}-{number}");
        json.WriteString("sku", $"{random.NextInt64(1L << 40):X10}");
        json.WriteString("title", Words.Some(random, random.Next(4, 10)));
        json.WriteString("brand", Words.Next(random));
        json.WriteStartObject("price");
        json.WriteNumber("amount", random.Next(100, 200_000) / 100m);
        json.WriteString("currency", random.Next(3) == 0 ? "USD" : "EUR");
        json.WriteEndObject();
        json.WriteBoolean("inStock", random.Next(4) != 0);
        json.WriteNumber("rating", random.Next(10, 51) / 10m);
        json.WriteString("colour", Colours[random.Next(Colours.Length)]);
        json.WriteString("description", $"{Words.Sentence(random)} {Words.Sentence(random)} {Words.Sentence(random)}");
        json.WriteStartArray("images");
        for (var i = random.Next(1, 5); i > 0; i--)
            json.WriteStringValue($"https://images.example.com/p/{random.NextInt64():x16}.jpg");
        json.WriteEndArray();
        Specifications(json, random);
        Reviews(json, random, bytes);
        var day = $"2024-02-{random.Next(1, 30):D2}";
        json.WriteString("crawledAt", $"{day}T{random.Next(24):D2}:{random.Next(60):D2}:{random.Next(60):D2}.{random.Next(1000):D3}Z");
    });

    /// <summary>What a list of products says of each: about 200 bytes.</summary>
    public static byte[] MakeShort(Random random, int number) => Json(json =>
    {
        json.WriteString("url", $"https://shop.example.com/p/{Words.Slug(random, 2)}-{number}");
        json.WriteString("sku", $"{random.NextInt64(1L << 40):X10}");
        json.WriteNumber("price", random.Next(100, 200_000) / 100m);
        json.WriteString("title", Words.Some(random, 12));
    });

    public static byte[] MakeTiny(Random random, int number) => Json(json =>
    {
        json.WriteNumber("n", number);
        json.WriteString("word", Words.Next(random));
    });

    private static void Specifications(Utf8JsonWriter json, Random random)
    {
        json.WriteStartArray("specifications");
        for (var i = random.Next(2, 5); i > 0; i--)
        {
            json.WriteStartObject();
            json.WriteString("name", Features[random.Next(Features.Length)]);
            json.WriteString("value", random.Next(2) == 0 ? $"{random.Next(1, 200)} cm" : Words.Next(random));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static void Reviews(Utf8JsonWriter json, Random random, int bytes)
    {
        json.WriteStartArray("reviews");
        while (json.BytesCommitted + json.BytesPending < bytes)
        {
            json.WriteStartObject();
            json.WriteString("author", $"{Words.Next(random)} {Words.Next(random)}");
            json.WriteNumber("stars", random.Next(1, 6));
            json.WriteBoolean("verified", random.Next(2) == 0);
            json.WriteString("text", $"{Words.Sentence(random)} {Words.Sentence(random)}");
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static byte[] Json(Action<Utf8JsonWriter> members)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream, Indented))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }
        return stream.ToArray();
    }
}
