using KvsRecords.Stores;

namespace KvsRecords.Server.Http;

/// <summary>
/// The parameters of a query. The framework leaves text that cannot be decoded as it is and joins repeated parameters, so the raw
/// query is read here, once for every endpoint.
/// </summary>
internal sealed class RequestQuery
{
    private static readonly string[] Known = ["collection", "prefix", "signature", "token"];

    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>What is wrong with the query, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The value of a parameter; null when it is not given, or given without a value.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    public static RequestQuery Parse(string rawQuery)
    {
        var query = new RequestQuery();
        foreach (var part in rawQuery.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            query.Problem = query.Add(part) ?? query.Problem;
        return query;
    }

    /// <returns>What is wrong with the part. It never repeats a value, which may be a secret.</returns>
    private string? Add(string part)
    {
        var equals = part.IndexOf('=');
        var rawName = equals < 0 ? part : part[..equals];
        if (!TryDecode(rawName, out var name))
            return "The name of a query parameter is not percent-encoded UTF-8.";
        if (!TryDecode(equals < 0 ? "" : part[(equals + 1)..], out var value))
            return $"The query parameter \"{name}\" is not percent-encoded UTF-8.";
        if (name.Any(char.IsControl) || value.Any(char.IsControl))
            return $"The query parameter \"{new string([.. name.Where(c => !char.IsControl(c))])}\" has a control character.";
        if (!_values.TryAdd(name, value) && Known.Contains(name))
            return $"The query parameter \"{name}\" is given more than once.";
        return null;
    }

    // A space arrives as %20 from some clients and as + from others, as HTML forms send it.
    private static bool TryDecode(string raw, out string decoded) => PercentEncoding.TryDecode(raw.Replace('+', ' '), out decoded);
}
