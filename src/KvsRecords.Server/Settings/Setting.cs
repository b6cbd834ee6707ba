using System.Net;
using KvsRecords.Emulator;

namespace KvsRecords.Server.Settings;

/// <summary>
/// The table of settings. A row gives a setting's flag, the placeholder of its value, its default, its form, and a sentence that says what
/// it does and what is allowed. From a row come the flag and its help, the variable of the environment, the member of the configuration
/// file, the check with its message, and the row in <c>docs/configuration.md</c>.
/// </summary>
internal abstract class Setting(string flag, string placeholder, string? defaultText, SettingKind kind, string help)
{
    public const string VariablePrefix = "KVSRECORDS_";

    public static readonly Setting<string?> Data = new("--data", "DIR", null, SettingForm.Text,
        "the folder to keep stores in, made when it is not there; ./data by default, where there is no ./storage, ./apify_storage or ./crawlee_storage")
    { Page = "#what-is-served" };

    public static readonly Setting<string?> Storage = new("--storage", "DIR", null, SettingForm.Text,
        "a crawler's folder to serve as it is, read-only: the one that holds key_value_stores/, or key_value_stores/ itself")
    { Page = "#what-is-served" };

    public static readonly Setting<bool> Ephemeral = new("--ephemeral", "", "false", SettingForm.Switch,
        "true or false: whether to keep stores in a temporary folder, which is removed at the end");

    // A secret, since a password may be in it.
    public static readonly Setting<string?> Database = new("--database", "CONNECTION", null, SettingForm.Secret,
        "the PostgreSQL database to keep stores in, for several servers at once: Host=…;Database=…;Username=…, or postgres://user@host/database")
    { Page = "many-servers.md" };

    public static readonly Setting<bool> NoMigrate = new("--no-migrate", "", "false", SettingForm.Switch,
        "true or false (the default): whether to refuse a database whose tables are missing or older, and to leave them to kvs-records migrate")
    { Page = "many-servers.md#upgrade-without-downtime" };

    public static readonly Setting<string?> Seed = new("--seed", "PATH", null, SettingForm.Several,
        "a storage folder, or NAME.zip with the records of the store NAME: loaded where the store does not exist yet; may be given several times")
    { Page = "seeding.md" };

    public static readonly Setting<string?> InputKey = new("--input-key", "KEY", null, SettingForm.Key,
        "the key of a crawler's input where it is not INPUT: 1 to 256 of a-z, A-Z, 0-9 and !-_.'()")
    { Page = "folder.md#records", OtherVariables = ["ACTOR_INPUT_KEY", "APIFY_INPUT_KEY", "CRAWLEE_INPUT_KEY"] };

    public static readonly Setting<IReadOnlyList<IPAddress>> Host = new("--host", "HOST", "localhost", SettingForm.Addresses,
        "an IP address, localhost (the default: IPv4 and IPv6), or * for every address");

    public static readonly Setting<int> Port = new("--port", "PORT", "8011", SettingForm.Number(0, 65535),
        "a number from 0 (the system chooses) to 65535; 8011 by default");

    public static readonly Setting<string?> Config = new("--config", "FILE", null, SettingForm.Text, "a JSON file with settings, users and stores")
    { Member = "", Page = "#the-file" };

    public static readonly Setting<long> MaxRecordSize = new("--max-record-size", "BYTES", "5GiB", SettingForm.Size,
        "how long the value of a record that is written may be: a number of bytes from 1, or with a unit, such as 64MB or 5GiB (the default)");

    // Each takes 12 bytes while it is checked.
    public static readonly Setting<int> MaxSchemaTokens = new("--max-schema-tokens", "N", "1000000", SettingForm.Number(1, 100_000_000),
        "how many values and names a record may have that is held against a JSON Schema: a number from 1 to 100000000; 1000000 by default")
    { Page = "api.md#json-schemas" };

    // The default is twice as many as are held at once beside writers (docs/reliability.md).
    public static readonly Setting<int> MaxDownloads = new("--max-downloads", "N", "1000", SettingForm.Number(1, 1_000_000),
        "how many archives may be downloaded at once, before others are asked to come again: a number from 1 to 1000000; 1000 by default")
    { Page = "reliability.md#limits" };

    public static readonly Setting<long> ArchiveCache = new("--archive-cache", "SIZE", "1GiB", SettingForm.SizeOrNone,
        "how many bytes of finished archives are kept for the next download: 0 for none, a number, or with a unit, such as 500MB; 1GiB by default")
    { Page = "archives.md#kept-archives" };

    public static readonly Setting<TimeSpan?> ExpireUnnamed = new("--expire-unnamed", "DAYS|off", "off",
        SettingForm.Number(1, 36_500, days => (TimeSpan?)TimeSpan.FromDays(days), ("off", null)),
        "off (the default), or the number of days from 1 to 36500 after which an unused store without a name is deleted");

    public static readonly Setting<bool> AllowReset = new("--allow-reset", "", "false", SettingForm.Switch,
        "true or false (the default): whether POST /_emulator/reset may delete stores that are kept for good")
    { Page = "testing.md#before-each-test" };

    public static readonly Setting<EmulatorMode?> Emulator = new("--emulator", "on|loopback|off", null,
        SettingForm.Word<EmulatorMode?>("is none of them", ("on", EmulatorMode.On), ("loopback", EmulatorMode.Loopback), ("off", EmulatorMode.Off)),
        "on (/_emulator is open to every caller; the default on loopback addresses), loopback (to callers on this machine, and to others with "
        + "--emulator-token; the default elsewhere) or off")
    { Page = "testing.md#who-may-use-it" };

    public static readonly Setting<string?> EmulatorToken = new("--emulator-token", "TOKEN", null, SettingForm.Secret,
        "8 or more visible ASCII characters, and no user's token: lets callers from elsewhere use /_emulator, sent as Authorization: Bearer TOKEN");

    public static readonly Setting<bool> BrowserPage = new("--page", "on|off", "on", SettingForm.Word("is neither", ("on", true), ("off", false)),
        "on (the default) or off: whether browsers find a page at /_page/ that shows the stores")
    { Page = "page.md" };

    public static readonly Setting<RateLimit> RateLimit = new("--rate-limit", "service|off|N", "service",
        SettingForm.Number(1, 1_000_000, number => new RateLimit(number, number), ("service", Settings.RateLimit.OfTheService), ("off", Settings.RateLimit.Off)),
        "service (for each store 60 requests a second, and 200 for single records; the default), off, or a number for each of the two from 1")
    { Inner = "RequestsPerSecondPerStore" };

    public static readonly Setting<ErrorNames> ErrorNames = new("--error-names", "specification|service", "specification",
        SettingForm.Word("is neither", ("specification", KvsRecords.Emulator.ErrorNames.Specification), ("service", KvsRecords.Emulator.ErrorNames.Service)),
        "specification (the default) or service: whether errors have the types and messages of the API's specification, or those of the live service")
    { Page = "api.md#errors" };

    public static readonly Setting<string[]?> AllowedHosts = new("--allowed-hosts", "LIST", null, SettingForm.List,
        "names separated by commas, beyond localhost, IP addresses and names without a dot; *.example.com for all below it, * for any");

    public static readonly Setting<string[]?> AllowedOrigins = new("--allowed-origins", "LIST", null, SettingForm.List,
        "the origins of web pages that may call, such as https://app.example.com, separated by commas; * for any; loopback ones by default")
    { Page = "choices.md#limits-hosts-origins" };

    public static readonly Setting<Uri?> PublicUrl = new("--public-url", "URL", null, SettingForm.Url,
        "the http or https address by which clients come, with the path below which a proxy serves this server, if any; without a query")
    { Page = "#behind-a-reverse-proxy" };

    public static readonly Setting<LogLevel> LogLevel = new("--log-level", "LEVEL", "information", SettingForm.Level,
        "debug, information (the default), warning or error");

    public static readonly Setting<TimeSpan> ShutdownTimeout = new("--shutdown-timeout", "SECONDS", "8",
        SettingForm.Number(0, 3600, seconds => TimeSpan.FromSeconds(seconds)),
        "how long running downloads may go on after a request to stop: a number of seconds from 0 to 3600; 8 by default");

    public static readonly Setting<bool> ExitWithParent = new("--exit-with-parent", "", "false", SettingForm.Switch,
        "true or false: whether to stop when the process that started this one has ended, in whatever way");

    /// <summary>The settings of a command that asks a running server.</summary>
    public static IReadOnlyList<Setting> OfAsking { get; } = [Host, Port, Config];

    /// <summary>The settings of a command that reads stores and serves no requests.</summary>
    public static IReadOnlyList<Setting> OfReading { get; } = [Data, Storage, Database, InputKey, Config];

    public static IReadOnlyList<Setting> All { get; } =
    [
        Data, Storage, Ephemeral, Database, NoMigrate, Seed, InputKey, Host, Port, Config, MaxRecordSize, MaxSchemaTokens, MaxDownloads,
        ArchiveCache, ExpireUnnamed, AllowReset, Emulator, EmulatorToken, BrowserPage, RateLimit, ErrorNames, AllowedHosts, AllowedOrigins,
        PublicUrl, LogLevel, ShutdownTimeout, ExitWithParent,
    ];

    public string Flag { get; } = flag;

    public string Placeholder { get; } = placeholder;

    /// <summary>The default as it would be written; null: there is none, or it depends on something else.</summary>
    public string? Default { get; } = defaultText;

    public SettingKind Kind { get; } = kind;

    /// <summary>Says in a sentence what the setting does, and what is allowed.</summary>
    public string Help { get; } = help;

    public string Variable { get; } = VariablePrefix + flag[2..].ToUpperInvariant().Replace('-', '_');

    /// <summary>The member of the configuration file; "" for the setting that names the file.</summary>
    public string Member { get; init; } = string.Concat(flag[2..].Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));

    /// <summary>The only member of an object that may stand in the file in place of the value; null: none.</summary>
    public string? Inner { get; init; }

    /// <summary>Variables of other programs that are read where the setting is not given, in their order.</summary>
    public IReadOnlyList<string> OtherVariables { get; init; } = [];

    /// <summary>The place in the documentation that says more, as a link; null: the table says all.</summary>
    public string? Page { get; init; }
}

/// <inheritdoc/>
internal sealed class Setting<T>(string flag, string placeholder, string? defaultText, SettingForm<T> form, string help)
    : Setting(flag, placeholder, defaultText, form.Kind, help)
{
    public SettingForm<T> Form { get; } = form;

    public T DefaultValue { get; } = defaultText is not null && form.TryParse(defaultText, out var value) ? value : default!;
}
