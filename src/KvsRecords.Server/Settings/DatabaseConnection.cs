using System.Text.RegularExpressions;

namespace KvsRecords.Server.Settings;

/// <summary>
/// A connection to a database, as Npgsql reads it or as a URL. It may have a password in it, so only the database, the host and the user are
/// shown of it.
/// </summary>
internal sealed partial class DatabaseConnection
{
    private readonly string _host;
    private readonly string _database;
    private readonly string _user;

    public DatabaseConnection(string text)
    {
        Text = text;
        var url = Url().Match(text);
        (_host, _database, _user) = url.Success
            ? (url.Groups["host"].Value, Decoded(url.Groups["database"]), Decoded(url.Groups["user"]))
            : (Find("host", "server") + Prefixed(":", Find("port")), Find("database", "db"), Find("username", "user name", "userid", "user id", "uid"));
    }

    /// <summary>The connection as it was given: a secret.</summary>
    public string Text { get; }

    /// <summary>Tells whether its parts are what they seem. Where one of them has swallowed another, a message about it may show the password.</summary>
    public bool IsClear => Host().IsMatch(_host) && !_database.Contains('=') && !_user.Contains('=');

    /// <summary>Names the database without a secret, as a part of a sentence.</summary>
    public override string ToString() =>
        IsClear ? $"database{Prefixed(" ", _database)} on {_host}{Prefixed(" as ", _user)}" : "database";

    private static string Prefixed(string prefix, string part) => part.Length > 0 ? prefix + part : "";

    private static string Decoded(Group part) => Uri.UnescapeDataString(part.Value);

    private string Find(params string[] keywords) => Keywords().Matches(Text)
        .LastOrDefault(pair => keywords.Contains(pair.Groups["keyword"].Value, StringComparer.OrdinalIgnoreCase))
        ?.Groups["value"].Value.Trim('"', '\'') ?? "";

    // A password may have an @ in it that is not percent-encoded, and nothing that could end it.
    [GeneratedRegex(
        """^postgres(?:ql)?://(?:(?<user>[^:@/?#]*)(?::[^/?#]*)?@)?(?<host>[^@/?#]*)(?:/(?<database>[^@/?#]*))?(?:\?[^@#]*)?\z""",
        RegexOptions.IgnoreCase)]
    private static partial Regex Url();

    [GeneratedRegex("""(?:^|;)\s*(?<keyword>[^=;]+?)\s*=\s*(?<value>"(?:[^"]|"")*"|'(?:[^']|'')*'|[^;]*?)\s*(?=;|$)""")]
    private static partial Regex Keywords();

    // Names, addresses or folders of sockets, separated by commas. What follows a colon is a port: anything else may be a password.
    [GeneratedRegex("""^(?:(?:\[[\w.:%]+\]|[\w.,/-]|:(?=\d+(?:,|\z)))+|[\da-f]*:[\da-f]*:[\da-f:.]*)\z""", RegexOptions.IgnoreCase)]
    private static partial Regex Host();
}
