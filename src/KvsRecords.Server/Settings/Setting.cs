namespace KvsRecords.Server.Settings;

/// <summary>One setting, by each of its three names: a flag, a variable of the environment, a member of the configuration file.</summary>
internal sealed record Setting(string Flag, string Member, string Placeholder, string Allowed)
{
    public const string VariablePrefix = "KVSRECORDS_";

    public static readonly Setting Data = new("--data", "Data", "DIR",
        "the folder to keep stores in, made when it is not there; ./data by default, where there is no ./storage, ./apify_storage or ./crawlee_storage");

    public static readonly Setting Storage = new("--storage", "Storage", "DIR",
        "a crawler's folder to serve as it is, read-only: the one that holds key_value_stores/, or key_value_stores/ itself");

    public static readonly Setting Ephemeral = new("--ephemeral", "Ephemeral", "",
        "true or false: whether to keep stores in a temporary folder, which is removed at the end")
    { Kind = SettingKind.Switch };

    public static readonly Setting Seed = new("--seed", "Seed", "PATH",
        "a storage folder, or NAME.zip with the records of the store NAME: loaded where the store does not exist yet; may be given several times")
    { Kind = SettingKind.List };

    public static readonly Setting InputKey = new("--input-key", "InputKey", "KEY",
        "the key of a crawler's input where it is not INPUT: 1 to 256 of a-z, A-Z, 0-9 and !-_.'()");

    public static readonly Setting Host = new("--host", "Host", "HOST", "an IP address, localhost (the default: IPv4 and IPv6), or * for every address");

    public static readonly Setting Port = new("--port", "Port", "PORT", "a number from 0 (the system chooses) to 65535; 8011 by default");

    public static readonly Setting Config = new("--config", "", "FILE", "a JSON file with settings, users and stores");

    public static readonly Setting MaxRecordSize = new("--max-record-size", "MaxRecordSize", "BYTES",
        "how long the value of a record that is written may be: a number of bytes from 1, or with a unit, such as 64MB or 5GiB (the default)");

    public static readonly Setting MaxSchemaTokens = new("--max-schema-tokens", "MaxSchemaTokens", "N",
        "how many values and names a record may have that is held against a JSON Schema: a number from 1 to 100000000; 1000000 by default");

    public static readonly Setting MaxDownloads = new("--max-downloads", "MaxDownloads", "N",
        "how many archives may be downloaded at once, before others are told to come again: a number from 1 to 1000000; 1000 by default");

    public static readonly Setting ExpireUnnamed = new("--expire-unnamed", "ExpireUnnamed", "DAYS|off",
        "off (the default), or the number of days from 1 to 36500 after which a store without a name is deleted that nobody used");

    public static readonly Setting AllowReset = new("--allow-reset", "AllowReset", "",
        "true or false (the default): whether POST /_emulator/reset may delete stores that are kept for good")
    { Kind = SettingKind.Switch };

    public static readonly Setting Emulator = new("--emulator", "Emulator", "on|loopback|off",
        "on (/_emulator is open to every caller; the default on loopback addresses), loopback (to callers on this machine, and to others with "
        + "--emulator-token; the default elsewhere) or off");

    public static readonly Setting EmulatorToken = new("--emulator-token", "EmulatorToken", "TOKEN",
        "8 or more visible ASCII characters, and no user's token: lets callers from elsewhere use /_emulator, sent as Authorization: Bearer TOKEN");

    public static readonly Setting RateLimit = new("--rate-limit", "RateLimit", "service|off|N",
        "service (for each store 60 requests a second, and 200 for single records; the default), off, or a number for each of the two from 1");

    public static readonly Setting ErrorNames = new("--error-names", "ErrorNames", "specification|service",
        "specification (the default) or service: whether errors have the types and messages of the API's specification, or those of the live service");

    public static readonly Setting AllowedHosts = new("--allowed-hosts", "AllowedHosts", "LIST",
        "names separated by commas, beyond localhost, IP addresses and names without a dot; *.example.com for all below it, * for any");

    public static readonly Setting AllowedOrigins = new("--allowed-origins", "AllowedOrigins", "LIST",
        "the origins of web pages that may call, such as https://app.example.com, separated by commas; * for any; loopback ones by default");

    public static readonly Setting PublicUrl = new("--public-url", "PublicUrl", "URL",
        "the http or https address by which clients come, with the path below which a proxy serves this server, if any; without a query");

    public static readonly Setting LogLevel = new("--log-level", "LogLevel", "LEVEL", "debug, information (the default), warning or error");

    public static readonly Setting ShutdownTimeout = new("--shutdown-timeout", "ShutdownTimeout", "SECONDS",
        "how long running downloads may go on after a request to stop: a number of seconds from 0 to 3600; 8 by default");

    public static readonly Setting ExitWithParent = new("--exit-with-parent", "ExitWithParent", "",
        "true or false: whether to stop when the process that started this one has ended, in whatever way")
    { Kind = SettingKind.Switch };

    /// <summary>What a command must know that asks a running server.</summary>
    public static IReadOnlyList<Setting> OfAsking { get; } = [Host, Port, Config];

    /// <summary>What a command must know that reads stores, and serves nobody.</summary>
    public static IReadOnlyList<Setting> OfReading { get; } = [Data, Storage, InputKey, Config];

    public static IReadOnlyList<Setting> All { get; } =
    [
        Data, Storage, Ephemeral, Seed, InputKey, Host, Port, Config, MaxRecordSize, MaxSchemaTokens, MaxDownloads, ExpireUnnamed, AllowReset,
        Emulator, EmulatorToken, RateLimit, ErrorNames, AllowedHosts, AllowedOrigins, PublicUrl, LogLevel, ShutdownTimeout, ExitWithParent,
    ];

    public SettingKind Kind { get; init; }

    public string Variable { get; } = VariablePrefix + Flag[2..].ToUpperInvariant().Replace('-', '_');
}
