using System.Text;

namespace KvsRecords.Benchmarks.Sets;

/// <summary>The kinds of text that a crawler of a shop writes down, as long as they should be at least.</summary>
internal static class Bodies
{
    /// <summary>A product: about 1 kB of texts, numbers and addresses, and reviews behind them.</summary>
    public static byte[] Product(Random random, int number, int characters)
    {
        var json = new StringBuilder($$"""
            {
              "url": "https://shop.example.com/{{Words.Some(random, 2, "-")}}/{{Words.Some(random, 3, "-")}}-{{number}}",
              "sku": "{{random.NextInt64(1L << 40):X10}}",
              "title": "{{Words.Some(random, 8)}}",
              "price": { "amount": {{random.Next(100, 200_000)}}, "currency": "EUR" },
              "inStock": {{(random.Next(4) == 0 ? "false" : "true")}},
              "crawledAt": "2024-02-29T{{random.Next(10, 24)}}:{{random.Next(10, 60)}}:{{random.Next(10, 60)}}.000Z",
              "images": [
                "https://images.example.com/p/{{random.NextInt64():x16}}.jpg",
                "https://images.example.com/p/{{random.NextInt64():x16}}.jpg"
              ],
              "specifications": [
                { "name": "Width", "value": "{{random.Next(1, 200)}} cm" },
                { "name": "Height", "value": "{{random.Next(1, 200)}} cm" }
              ],
              "description": "{{Words.Sentences(random, 5)}}",
              "reviews": [ null
            """);
        while (json.Length < characters)
            json.Append(Review(random));
        return Encoding.UTF8.GetBytes(json.Append(" ]\n}").ToString());
    }

    /// <summary>A product in a list: about 200 bytes.</summary>
    public static byte[] ShortProduct(Random random, int number) => Encoding.UTF8.GetBytes($$"""
        {
          "url": "https://shop.example.com/p/{{Words.Some(random, 2, "-")}}-{{number}}",
          "sku": "{{random.NextInt64(1L << 40):X10}}",
          "price": {{random.Next(100, 200_000)}},
          "title": "{{Words.Some(random, 12)}}"
        }
        """);

    /// <summary>A small object: about 35 bytes.</summary>
    public static byte[] Tiny(Random random, int number) =>
        Encoding.UTF8.GetBytes($"{{\n  \"n\": {number},\n  \"word\": \"{Words.Some(random, 1)}\"\n}}");

    /// <summary>A page of product tiles and paragraphs.</summary>
    public static byte[] Page(Random random, int number, int characters)
    {
        var page = new StringBuilder($"<!DOCTYPE html>\n<html lang=\"en\">\n  <title>Page {number}</title>\n");
        while (page.Length < characters)
            page.Append(random.Next(3) == 0 ? $"    <p>{Words.Sentences(random, random.Next(2, 25))}</p>\n" : Tile(random));
        return Encoding.UTF8.GetBytes(page.Append("</html>\n").ToString());
    }

    private static string Review(Random random) => $$"""
        ,
            {
              "author": "{{Words.Some(random, 2)}}",
              "stars": {{random.Next(1, 6)}},
              "verified": {{(random.Next(2) == 0 ? "true" : "false")}},
              "text": "{{Words.Sentences(random, 2)}}"
            }
        """;

    private static string Tile(Random random) => $"""
            <article class="tile" data-id="{random.Next(100_000, 10_000_000)}" data-position="{random.Next(200)}">
              <a class="tile__link" href="/p/{Words.Some(random, 3, "-")}?ref={random.Next():x8}">
                <img class="tile__image" src="https://images.example.com/t/{random.NextInt64():x16}.webp" alt="{Words.Some(random, 4)}">
                <h3 class="tile__title">{Words.Some(random, random.Next(3, 9))}</h3>
              </a>
              <div class="rating" role="img"><svg class="icon"><use href="#star"></use></svg><svg class="icon"></svg></div>
              <p class="tile__text">{Words.Sentences(random, 1)}</p>
              <span class="price">&euro;{random.Next(1, 900)}.{random.Next(10, 100)}</span>
              <button type="button" class="button button--primary" data-action="add-to-cart">Add to cart</button>
            </article>

        """;
}
