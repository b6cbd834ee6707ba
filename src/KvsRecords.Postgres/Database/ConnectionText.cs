using KvsRecords.Storage;
using Npgsql;

namespace KvsRecords.Postgres.Database;

/// <summary>The place of a database, as a person writes it: in Npgsql's own form, or as a URL, which Npgsql does not take.</summary>
internal static class ConnectionText
{
    // Nearly every question is one for an index, row by row. Without statistics, as after a large import, the planner may think otherwise;
    // to plan or compile each of them anew takes longer than they do.
    private const string Planner =
        "-c enable_seqscan=off -c enable_bitmapscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c plan_cache_mode=force_generic_plan -c jit=off";

    // A commit that did not wait for its standby says so in a warning.
    private const string Warnings = "-c client_min_messages=warning";

    // A server that hangs, or is cut off, in the middle of a transaction must not keep its locks.
    private const string Limits =
        "-c idle_in_transaction_session_timeout=5s -c tcp_keepalives_idle=5 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3";

    private const int MaxConnections = 20;
    private const int ConnectSeconds = 5;

    // A network that holds bytes back is noticed by this alone. No command takes as long: what may be much comes in pages, and what sums up
    // a whole store has a limit of its own.
    private const int CommandSeconds = 10;
    private const int MaxPrepared = 100;

    private static readonly Dictionary<string, string> Parameters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["sslmode"] = "SSL Mode",
        ["sslrootcert"] = "Root Certificate",
        ["sslcert"] = "SSL Certificate",
        ["sslkey"] = "SSL Key",
        ["application_name"] = "Application Name",
        ["connect_timeout"] = "Timeout",
        ["target_session_attrs"] = "Target Session Attributes",
        ["passfile"] = "Passfile",
        ["options"] = "Options",
        ["search_path"] = "Search Path",
    };

    /// <summary>Reads it, and sets what this program needs where it is silent.</summary>
    /// <exception cref="StorageRefusedException">It cannot be meant; the message shows no part of it that could be a secret.</exception>
    public static NpgsqlConnectionStringBuilder Parse(string text)
    {
        var parsed = text.StartsWith("postgres://", StringComparison.OrdinalIgnoreCase) || text.StartsWith("postgresql://", StringComparison.OrdinalIgnoreCase)
            ? ParseUrl(text)
            : ParseOwn(text);
        if (string.IsNullOrEmpty(parsed.Host))
            throw new StorageRefusedException("The connection string names no host. It is of the form 'Host=…;Database=…;Username=…', or a URL 'postgres://user@host/database'.");

        SetDefaults(parsed);
        return parsed;
    }

    /// <summary>Names the place for people, without a secret: hosts, database and user.</summary>
    public static string Describe(NpgsqlConnectionStringBuilder connection) =>
        $"the database '{connection.Database ?? connection.Username}' on {connection.Host}:{connection.Port}";

    private static void SetDefaults(NpgsqlConnectionStringBuilder parsed)
    {
        var given = parsed.Keys.ToHashSet(StringComparer.OrdinalIgnoreCase);
        parsed.SearchPath ??= Schema.Name;
        parsed.ApplicationName ??= "kvs-records";
        parsed.Options = parsed.Options is { Length: > 0 } options ? $"{Planner} {Warnings} {Limits} {options}" : $"{Planner} {Warnings} {Limits}";
        parsed.NoResetOnClose = true;
        parsed.PersistSecurityInfo = false;
        if (!given.Contains("Max Auto Prepare"))
            parsed.MaxAutoPrepare = MaxPrepared;
        if (!given.Contains("Auto Prepare Min Usages"))
            parsed.AutoPrepareMinUsages = 2;
        if (!given.Contains("Maximum Pool Size"))
            parsed.MaxPoolSize = MaxConnections;
        if (!given.Contains("Timeout"))
            parsed.Timeout = ConnectSeconds;
        if (!given.Contains("Command Timeout"))
            parsed.CommandTimeout = CommandSeconds;

        // As the database does with its end (Limits): what a firewall forgot, or a machine that went, is not taken from the pool. A socket in
        // a folder has no such thing.
        if (!given.Contains("TCP Keepalive") && !parsed.Host!.Contains('/'))
            (parsed.TcpKeepAlive, parsed.TcpKeepAliveTime, parsed.TcpKeepAliveInterval) = (true, 5, 5);

        // Of several hosts one is written to. Which one may change at any moment, and Npgsql remembers it for ten seconds by default.
        if (!parsed.Host!.Contains(','))
            return;
        if (!given.Contains("Target Session Attributes"))
            parsed.TargetSessionAttributes = "primary";
        if (!given.Contains("Host Recheck Seconds"))
            parsed.HostRecheckSeconds = 1;
    }

    private static NpgsqlConnectionStringBuilder ParseOwn(string text)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(text);
        }
        catch (Exception e) when (e is ArgumentException or FormatException or KeyNotFoundException or InvalidCastException or OverflowException)
        {
            // What it complains of may be a part of a password.
            throw new StorageRefusedException("The connection string cannot be read. It is of the form 'Host=…;Database=…;Username=…', or a URL 'postgres://user@host/database'.");
        }
    }

    // postgres://user:password@host:port,host:port/database?parameter=value
    private static NpgsqlConnectionStringBuilder ParseUrl(string text)
    {
        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var (beforeQuery, query) = Cut(rest, '?');
        var (authority, database) = Cut(beforeQuery, '/');
        var at = authority.LastIndexOf('@');
        var (user, password) = at < 0 ? ("", "") : Cut(authority[..at], ':');
        var builder = new NpgsqlConnectionStringBuilder { Host = authority[(at + 1)..] };
        SetHosts(builder, authority[(at + 1)..]);
        if (database.Length > 0)
            builder.Database = Uri.UnescapeDataString(database);
        if (user.Length > 0)
            builder.Username = Uri.UnescapeDataString(user);
        if (password.Length > 0)
            builder.Password = Uri.UnescapeDataString(password);
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
            SetParameter(builder, pair);
        return builder;
    }

    private static void SetHosts(NpgsqlConnectionStringBuilder builder, string hosts)
    {
        var all = hosts.Split(',');
        if (all.Length == 1 && all[0].LastIndexOf(':') is > 0 and var colon && !all[0].EndsWith(']'))
        {
            builder.Host = all[0][..colon];
            builder.Port = int.TryParse(all[0][(colon + 1)..], out var port)
                ? port
                : throw new StorageRefusedException("The port in the database's URL is no number.");
        }
    }

    private static void SetParameter(NpgsqlConnectionStringBuilder builder, string pair)
    {
        var (name, value) = Cut(pair, '=');
        if (!Parameters.TryGetValue(name, out var own))
            throw new StorageRefusedException($"The database's URL has a parameter '{name}', which is not known. There are: {string.Join(", ", Parameters.Keys)}.");

        try
        {
            // PostgreSQL writes 'verify-full' and 'read-write', Npgsql 'VerifyFull' and 'read-write'.
            var text = Uri.UnescapeDataString(value);
            builder[own] = own == "SSL Mode" ? text.Replace("-", "", StringComparison.Ordinal) : text;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException)
        {
            throw new StorageRefusedException($"The parameter '{name}' in the database's URL has a value that is not known.");
        }
    }

    private static (string Before, string After) Cut(string text, char at) =>
        text.IndexOf(at) is >= 0 and var i ? (text[..i], text[(i + 1)..]) : (text, "");
}
