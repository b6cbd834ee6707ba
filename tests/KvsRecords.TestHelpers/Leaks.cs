using System.Buffers;
using System.Text;

namespace KvsRecords.TestHelpers;

/// <summary>Looks for secrets in what was said: as they are, percent-encoded, and in base64 wherever in a text they stand.</summary>
public sealed class Leaks
{
    // Fewer letters of base64 are in other texts by chance.
    private const int ShortestInBase64 = 8;

    private readonly SearchValues<string> _forms;

    public Leaks(IEnumerable<string> secrets) =>
        _forms = SearchValues.Create([.. secrets.SelectMany(FormsOf).Distinct()], StringComparison.OrdinalIgnoreCase);

    /// <summary>The lines that have one.</summary>
    public IEnumerable<string> In(IEnumerable<string> lines) => lines.Where(line => line.AsSpan().ContainsAny(_forms));

    /// <summary>Everything in a folder that servers said, with the secrets of all of them.</summary>
    public static IReadOnlyList<string> In(string folder)
    {
        var secrets = Directory.EnumerateFiles(folder, "*.secrets").SelectMany(File.ReadLines).ToHashSet();
        var (all, ours) = (new Leaks(secrets), new Leaks(secrets.Where(secret => secret != Captured.DevelopmentToken)));
        return
        [
            .. Directory.EnumerateFiles(folder, "*.log").SelectMany(file => all.In(File.ReadLines(file)).Select(line => $"{Path.GetFileName(file)}: {line}")),
            .. Directory.EnumerateFiles(folder, "*.out").SelectMany(file => ours.In(File.ReadLines(file)).Select(line => $"{Path.GetFileName(file)}: {line}")),
        ];
    }

    private static IEnumerable<string> FormsOf(string secret)
    {
        var bytes = Encoding.UTF8.GetBytes(secret);
        string[] forms = [secret, Uri.EscapeDataString(secret), .. Enumerable.Range(0, 3).Select(before => InBase64(bytes, before))];
        return forms.Where((form, i) => i < 2 || form.Length >= ShortestInBase64).SelectMany(form => (string[])[form, form.Replace('+', '-').Replace('/', '_')]);
    }

    // The letters that depend on nothing but the secret, where it stands behind so many bytes of something else.
    private static string InBase64(byte[] secret, int before)
    {
        var text = Convert.ToBase64String([.. new byte[before], .. secret]);
        var (first, end) = ((before * 8 + 5) / 6, (before + secret.Length) * 8 / 6);
        return text[first..end];
    }
}
