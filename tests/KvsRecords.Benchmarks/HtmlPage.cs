using System.Globalization;
using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>A page as a shop sends it: a head, a menu, and product tiles and paragraphs as long as it takes.</summary>
internal static class HtmlPage
{
    public static byte[] Make(Random random, int number, int bytes)
    {
        var page = new StringBuilder();
        Head(page, random, number);
        while (page.Length < bytes)
        {
            if (random.Next(3) == 0)
                Text(page, random);
            else
                Tile(page, random);
        }
        page.Append("    </main>\n    <footer class=\"footer\"><small>&copy; example.com</small></footer>\n  </body>\n</html>\n");
        return Encoding.UTF8.GetBytes(page.ToString());
    }

    private static void Head(StringBuilder page, Random random, int number)
    {
        page.Append(CultureInfo.InvariantCulture, $"""
            <!DOCTYPE html>
            <html lang="en">
              <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>{Words.Some(random, 5)} – page {number}</title>
                <link rel="canonical" href="https://shop.example.com/c/{Words.Slug(random, 3)}">
                <link rel="stylesheet" href="/assets/main.{random.Next():x8}.css">
                <script defer src="/assets/app.{random.Next():x8}.js"></script>
              </head>
              <body class="page page--category">
                <nav class="menu"><ul class="menu__list">

            """);
        for (var i = 0; i < 24; i++)
        {
            page.Append(CultureInfo.InvariantCulture, $"      <li class=\"menu__item\"><a href=\"/c/{Words.Slug(random, 2)}\">");
            page.Append(Words.Some(random, 2)).Append("</a></li>\n");
        }
        page.Append("    </ul></nav>\n    <main id=\"content\" class=\"content\">\n");
    }

    private static void Tile(StringBuilder page, Random random)
    {
        var slug = Words.Slug(random, 3);
        var id = random.Next(100_000, 10_000_000);
        var kind = random.Next(4) == 0 ? "sale" : "normal";
        page.Append(CultureInfo.InvariantCulture, $"""
                  <article class="tile" data-id="{id}" data-position="{random.Next(200)}">
                    <a class="tile__link" href="/p/{slug}-{id}?ref={random.Next():x8}">
                      <img class="tile__image" loading="lazy" alt="{Words.Some(random, 4)}"
                           src="https://images.example.com/t/{random.NextInt64():x16}.webp">
                      <h3 class="tile__title">{Words.Some(random, random.Next(3, 9))}</h3>
                    </a>
                    <div class="rating" role="img" aria-label="{random.Next(1, 6)} of 5 stars">
                      <svg class="icon"><use href="#star"></use></svg><svg class="icon"><use href="#star"></use></svg>
                      <span class="rating__count">({random.Next(1, 3000)})</span>
                    </div>
                    <p class="tile__text">{Words.Sentence(random)}</p>
                    <span class="price price--{kind}">&euro;{random.Next(1, 900)}.{random.Next(100):D2}</span>
                    <button type="button" class="button button--primary" data-action="add-to-cart">Add to cart</button>
                  </article>

            """);
    }

    private static void Text(StringBuilder page, Random random)
    {
        page.Append(CultureInfo.InvariantCulture, $"      <section class=\"text\"><h2>{Words.Some(random, 4)}</h2>\n");
        for (var paragraphs = random.Next(1, 5); paragraphs > 0; paragraphs--)
        {
            page.Append("        <p>");
            for (var sentences = random.Next(2, 8); sentences > 0; sentences--)
                page.Append(Words.Sentence(random)).Append(' ');
            page.Append("</p>\n");
        }
        page.Append("      </section>\n");
    }
}
