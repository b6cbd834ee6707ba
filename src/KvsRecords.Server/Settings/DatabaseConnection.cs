using System.Text.RegularExpressions;

namespace KvsRecords.Server.Settings;

/// <summary>
/// A connection to a database, as Npgsql reads it or as a URL. It may have a password in it, so what is shown of it is the database, the
/// host and the user, and each of them only where it cannot be anything else.
/// </summary>
internal sealed partial class DatabaseConnection(string text)
{
    /// <summary>The connection as it was given: a secret.</summary>
    public string Text => text;

    /// <summary>Names the database without a secret, as a part of a sentence.</summary>
    public override string ToString()
    {
        var url = Url().Match(text);
        var (host, database, user) = url.Success
            ? (Decoded(url.Groups["host"]), Decoded(url.Groups["database"]), Decoded(url.Groups["user"]))
            : (Find("host", "server") + Prefixed(":", Find("port")), Find("database", "db"), Find("username", "user name", "userid", "user id", "uid"));
        return $"database{Prefixed(" ", database)}{Prefixed(" on ", host)}{Prefixed(" as ", user)}";
    }

    private static string Decoded(Group part) => Uri.UnescapeDataString(part.Value);

    // Whatever has other characters in it may be a mistake that brought the password here.
    private static string Prefixed(string prefix, string part) => Plain().IsMatch(part) ? prefix + part : "";

    private string Find(params string[] keywords) => Keywords().Matches(text)
        .LastOrDefault(pair => keywords.Contains(pair.Groups["keyword"].Value, StringComparer.OrdinalIgnoreCase))
        ?.Groups["value"].Value.Trim('"', '\'') ?? "";

    // A password that should be percent-encoded, and is not, may have any character in it: it ends at the last @.
    [GeneratedRegex(
        """
        ^postgres(?:ql)?://
        (?:(?<user>[^:@]*)(?::.*)?@)?
        (?<host>(?:\[[^\]]*\]|[^:@/?\[]|:(?=\d+(?:[,/?]|\z)))*)
        (?:/(?<database>[^@/?]*))?
        (?:\?[^@]*)?\z
        """,
        RegexOptions.IgnoreCase | RegexOptions.Singleline | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Url();

    [GeneratedRegex("""(?:^|;)\s*(?<keyword>[^=;]+?)\s*=\s*(?<value>"(?:[^"]|"")*"|'(?:[^']|'')*'|[^;]*?)\s*(?=;|$)""")]
    private static partial Regex Keywords();

    [GeneratedRegex("""^[\w.,:/\[\]-]+\z""")]
    private static partial Regex Plain();
}
