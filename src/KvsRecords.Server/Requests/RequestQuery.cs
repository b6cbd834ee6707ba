using System.Globalization;
using KvsRecords.Stores;

namespace KvsRecords.Server.Requests;

/// <summary>
/// The parameters of a query. The framework leaves text that cannot be decoded as it is and joins repeated parameters, so the raw
/// query is read here, once for every request. A problem is kept until the request is refused for it.
/// </summary>
internal sealed class RequestQuery
{
    /// <summary>The parameters of the API.</summary>
    internal static readonly string[] OfTheApi =
    [
        "attachment", "collection", "date", "desc", "exclusiveStartKey", "limit", "method", "name", "offset", "origin", "ownership", "prefix",
        "signature", "status", "token", "unnamed",
    ];

    private readonly IReadOnlyCollection<string> _known;
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    private RequestQuery(IReadOnlyCollection<string> known) => _known = known;

    /// <summary>Says what is wrong with the parameters that have been read so far, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>The value of a parameter; null when it is not given, or given without a value.</summary>
    public string? this[string name] => _values.GetValueOrDefault(name) is { Length: > 0 } value ? value : null;

    /// <summary>The names of the parameters that could be read.</summary>
    public IReadOnlyCollection<string> Names => _values.Keys;

    /// <summary>
    /// Lists the known parameters, each with its name and value passed through a function, percent-encoded. Unknown ones are left out, as
    /// are those that cannot be read: a parameter with a misspelt name may hold a secret.
    /// </summary>
    public string Known(Func<string, string, string> change) => string.Join('&', _values
        .Where(parameter => _known.Contains(parameter.Key))
        .Select(parameter => $"{parameter.Key}={change(parameter.Key, Uri.EscapeDataString(parameter.Value))}"));

    public static RequestQuery Of(HttpContext context)
    {
        if (context.Features.Get<RequestQuery>() is not { } query)
            context.Features.Set(query = Parse(context.Request.QueryString.Value ?? ""));
        return query;
    }

    /// <param name="rawQuery">The query, as it came.</param>
    /// <param name="known">The parameters that may be there once; null: those of the API.</param>
    public static RequestQuery Parse(string rawQuery, IReadOnlyCollection<string>? known = null)
    {
        var query = new RequestQuery(known ?? OfTheApi);
        foreach (var part in rawQuery.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
            query.Problem = query.Add(part) ?? query.Problem;
        return query;
    }

    /// <summary>
    /// Reads the limit of a page: 0 counts as not given, as the official client says of the service, and a number above
    /// <paramref name="most"/> counts as <paramref name="most"/>.
    /// </summary>
    public int Limit(int most) => Number("limit", most) is > 0 and var limit ? limit : most;

    /// <summary>Reads the number of items to leave out.</summary>
    public int Offset() => Number("offset", int.MaxValue);

    private int Number(string name, int most)
    {
        if (this[name] is not { } text)
            return 0;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return (int)Math.Min(number, most);

        Problem ??= $"The query parameter \"{name}\" must be a whole number, 0 or more.";
        return 0;
    }

    /// <summary>A truth value, in each way in which a client writes it: <c>1</c>, <c>true</c>, <c>True</c> (Python).</summary>
    public bool Flag(string name)
    {
        switch (this[name]?.Trim().ToLowerInvariant())
        {
            case "1" or "true":
                return true;
            case null or "" or "0" or "false":
                return false;
            default:
                Problem ??= $"The query parameter \"{name}\" must be 1, 0, true or false.";
                return false;
        }
    }

    /// <summary>One of several words, or null.</summary>
    public string? Choice(string name, params ReadOnlySpan<string> allowed)
    {
        var value = this[name];
        if (value is null || allowed.Contains(value))
            return value;

        Problem ??= $"The query parameter \"{name}\" must be one of {string.Join(", ", allowed)}.";
        return null;
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
        if (!_values.TryAdd(name, value) && _known.Contains(name))
            return $"The query parameter \"{name}\" is given more than once.";
        return null;
    }

    // A space arrives as %20 from some clients and as + from others, as HTML forms send it.
    private static bool TryDecode(string raw, out string decoded) => PercentEncoding.TryDecode(raw.Replace('+', ' '), out decoded);
}
