using System.Globalization;

namespace KvsRecords.Benchmarks.LiveFolder;

/// <summary>A store in a crawler's folder: small JSON records whose keys are numbers, as Crawlee writes them.</summary>
/// <param name="Name">The name of the folder.</param>
/// <param name="Files">How many files it has.</param>
/// <param name="HasSidecars">Whether every other file is a sidecar, as those of Crawlee for Python are.</param>
internal sealed record FolderStore(string Name, int Files, bool HasSidecars = false)
{
    public int Records => HasSidecars ? Files / 2 : Files;

    public string Path(string storage) => System.IO.Path.Combine(storage, "key_value_stores", Name);

    public static string Key(int number) => string.Create(CultureInfo.InvariantCulture, $"product-{number:D8}");

    public void Fill(string storage)
    {
        var folder = Directory.CreateDirectory(Path(storage)).FullName;
        for (var i = 0; i < Records; i++)
        {
            var key = Key(i);
            File.WriteAllText(System.IO.Path.Combine(folder, HasSidecars ? key : $"{key}.json"), $$"""{"number":{{i}}}""");
            if (HasSidecars)
            {
                File.WriteAllText(
                    System.IO.Path.Combine(folder, $"{key}.__metadata__.json"),
                    $$"""
                    {
                      "key": "{{key}}",
                      "content_type": "application/json; charset=utf-8",
                      "size": 16
                    }
                    """);
            }
        }
    }
}
