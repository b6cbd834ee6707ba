using System.Collections;
using System.Globalization;
using System.Net;
using KvsRecords.Stores;
using Serilog.Events;

namespace KvsRecords.Server.Settings;

/// <summary>Makes <see cref="ServerOptions"/> of what was set, or says everything that is wrong with it.</summary>
internal sealed class OptionsReader(SettingValues values, IReadOnlyDictionary<string, string> environment, string currentFolder, Problems problems)
{
    private const int DefaultPort = 8011;

    // Twice as many as are held at once beside writers (docs/reliability.md). In a crowd each has up to two portions of an archive in memory.
    private const int DefaultMaxDownloads = 1_000;

    // Each takes 12 bytes while it is checked.
    private const int DefaultMaxSchemaTokens = 1_000_000;

    private const long DefaultMaxRecordSize = 5L * 1024 * 1024 * 1024;

    // What the Apify SDKs and Crawlee look for, in their order.
    private static readonly string[] InputKeyVariables = ["ACTOR_INPUT_KEY", "APIFY_INPUT_KEY", "CRAWLEE_INPUT_KEY"];

    private static readonly string[] Members =
    [
        .. Setting.All.Where(setting => setting.Member.Length > 0).Select(setting => setting.Member),
        nameof(SettingsSection.Users),
        nameof(SettingsSection.Stores),
        nameof(SettingsSection.Runs),
    ];

    /// <summary>The settings of this process: its flags, its environment, and the file that these name.</summary>
    public static ServerOptions Read(ILookup<Setting, string> flags, Problems problems)
    {
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
        var currentFolder = Environment.CurrentDirectory;
        var values = SettingValues.Collect(flags, environment, currentFolder, problems);
        return new OptionsReader(values, environment, currentFolder, problems).Read();
    }

    public ServerOptions Read()
    {
        values.RefuseUnknown(values.File.Unknown, "KvsRecords", Members, problems);
        var users = new UsersReader(values, problems).Read(environment.GetValueOrDefault("APIFY_TOKEN"), out var developmentUser);
        var declarations = new StoresReader(values, users, problems).Read();
        var addresses = Addresses();
        var emulator = new EmulatorSetting(values, problems);
        return new ServerOptions
        {
            Storage = new StorageSetting(values, environment, currentFolder, problems).Read(),
            Seeds = new SeedSetting(values, problems).Read(),
            InputKey = InputKey(),
            MaxRecordSize = MaxRecordSize(),
            MaxSchemaTokens = Number(Setting.MaxSchemaTokens, DefaultMaxSchemaTokens, 1, 100_000_000),
            MaxDownloads = Number(Setting.MaxDownloads, DefaultMaxDownloads, 1, 1_000_000),
            UnnamedExpireAfter = UnnamedExpireAfter(),
            AllowReset = Switch(Setting.AllowReset),
            Addresses = addresses,
            Port = Number(Setting.Port, DefaultPort, 0, 65535),
            Emulator = emulator.Mode(addresses),
            EmulatorToken = emulator.Token(users),
            RateLimit = RateLimit(),
            ErrorNames = ErrorNames(),
            AllowedHosts = List(Setting.AllowedHosts) ?? [],
            AllowedOrigins = List(Setting.AllowedOrigins),
            PublicUrl = PublicUrl(),
            LogLevel = LogLevel(),
            ShutdownTimeout = TimeSpan.FromSeconds(Number(Setting.ShutdownTimeout, 8, 0, 3600)),
            ExitsWithParent = Switch(Setting.ExitWithParent),
            Users = users,
            Stores = new DeclaredStores(users.Users.Count > 0 ? users.Users[0] : new User("", ""), declarations),
            Runs = new RunsReader(values, problems).Read(),
            DevelopmentUser = developmentUser,
            Warnings = problems.Warnings,
        };
    }

    private IReadOnlyList<IPAddress> Addresses()
    {
        switch (values[Setting.Host])
        {
            case null or { Text: "localhost" }:
                return [IPAddress.Loopback, IPAddress.IPv6Loopback];
            case { Text: "*" }:
                return [IPAddress.IPv6Any];
            case { } value when IPAddress.TryParse(value.Text, out var address):
                return [address];
            case { } value:
                problems.AddMalformed(value, "is no address of this machine", Setting.Host);
                return [];
        }
    }

    private string? InputKey()
    {
        var value = values[Setting.InputKey] ?? InputKeyVariables
            .Where(variable => environment.GetValueOrDefault(variable) is { Length: > 0 })
            .Select(variable => new SettingValue(environment[variable], variable, SettingSource.Found, currentFolder)).FirstOrDefault();
        if (value is not null && new RecordKey(value.Text).WhyNotWritable() is not null)
            problems.AddMalformed(value, "is no key", Setting.InputKey);
        return value?.Text;
    }

    private long MaxRecordSize()
    {
        if (values[Setting.MaxRecordSize] is not { } value)
            return DefaultMaxRecordSize;
        if (ByteSize.TryParse(value.Text, out var bytes))
            return bytes;

        problems.AddMalformed(value, "is no such number", Setting.MaxRecordSize);
        return DefaultMaxRecordSize;
    }

    private TimeSpan? UnnamedExpireAfter() =>
        values[Setting.ExpireUnnamed] is null or { Text: "off" } ? null : TimeSpan.FromDays(Number(Setting.ExpireUnnamed, 1, 1, 36_500));

    private RateLimit RateLimit()
    {
        switch (values[Setting.RateLimit])
        {
            case null or { Text: "service" }:
                return Settings.RateLimit.OfTheService;
            case { Text: "off" }:
                return Settings.RateLimit.Off;
            default:
                var number = Number(Setting.RateLimit, 1, 1, 1_000_000);
                return new RateLimit(number, number);
        }
    }

    private ErrorNames ErrorNames()
    {
        switch (values[Setting.ErrorNames])
        {
            case { Text: "service" }:
                return Settings.ErrorNames.Service;
            case { Text: not "specification" } value:
                problems.AddMalformed(value, "is neither", Setting.ErrorNames);
                break;
        }

        return Settings.ErrorNames.Specification;
    }

    private bool Switch(Setting setting)
    {
        if (values[setting] is not { } value)
            return false;
        if (bool.TryParse(value.Text, out var isOn))
            return isOn;

        problems.AddMalformed(value, "is neither", setting);
        return false;
    }

    private int Number(Setting setting, int otherwise, int least, int most)
    {
        if (values[setting] is not { } value)
            return otherwise;
        if (int.TryParse(value.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;

        problems.AddMalformed(value, $"is not a number from {least} to {most}", setting);
        return otherwise;
    }

    private string[]? List(Setting setting) =>
        values[setting]?.Text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private Uri? PublicUrl()
    {
        if (values[Setting.PublicUrl] is not { } value)
            return null;
        if (Uri.TryCreate(value.Text, UriKind.Absolute, out var url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" })
            return url;

        problems.AddMalformed(value, "is not such an address", Setting.PublicUrl);
        return null;
    }

    private LogEventLevel LogLevel()
    {
        var value = values[Setting.LogLevel];
        LogEventLevel? level = value?.Text.ToLowerInvariant() switch
        {
            null or "information" => LogEventLevel.Information,
            "debug" => LogEventLevel.Debug,
            "warning" => LogEventLevel.Warning,
            "error" => LogEventLevel.Error,
            _ => null,
        };
        if (level is null)
            problems.AddMalformed(value!, "is no level", Setting.LogLevel);
        return level ?? LogEventLevel.Information;
    }
}
