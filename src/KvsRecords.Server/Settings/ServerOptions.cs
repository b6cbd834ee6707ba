using System.Net;
using KvsRecords.Access;
using KvsRecords.Emulator;
using KvsRecords.Stores;

namespace KvsRecords.Server.Settings;

/// <summary>The settings, checked. <see cref="Setting"/> says what each of them means.</summary>
internal sealed class ServerOptions(SettingValues values, UserDirectory users, IReadOnlyList<StoreDeclaration> declarations)
{
    // A shorter secret can be guessed, and the log would redact it wherever it stands as an ordinary word.
    private const int MinTokenLength = 8;

    /// <summary>The addresses to listen on. More than one: the second only where the machine has it.</summary>
    public IReadOnlyList<IPAddress> Addresses { get; } = values.Of(Setting.Host);

    public StorageChoice Storage { get; } = new StorageSetting(values).Read();

    /// <summary>Makes the tables of a database, or brings older ones up to date.</summary>
    public bool Migrates { get; } = !values.Of(Setting.NoMigrate);

    /// <summary>Folders and archives to load stores from; none where nothing can be written.</summary>
    public IReadOnlyList<string> Seeds { get; } = StorageSetting.Seeds(values);

    /// <summary>The key of a crawler's input beside the usual ones, or null.</summary>
    public string? InputKey { get; } = values.Of(Setting.InputKey);

    public long MaxRecordSize { get; } = values.Of(Setting.MaxRecordSize);

    public int MaxSchemaTokens { get; } = values.Of(Setting.MaxSchemaTokens);

    public int MaxDownloads { get; } = values.Of(Setting.MaxDownloads);

    /// <summary>The most bytes of finished archives that are kept; 0: none.</summary>
    public long ArchiveCache { get; } = values.Of(Setting.ArchiveCache);

    /// <summary>The time after which an unused store without a name is deleted; null: never.</summary>
    public TimeSpan? UnnamedExpireAfter { get; } = values.Of(Setting.ExpireUnnamed);

    public bool AllowReset { get; } = values.Of(Setting.AllowReset);

    public int Port { get; } = values.Of(Setting.Port);

    // Read here, so that problems are reported in the order of the table.
    private readonly EmulatorMode? _emulator = values.Of(Setting.Emulator);

    public EmulatorMode Emulator => _emulator ?? (Addresses.All(IPAddress.IsLoopback) ? EmulatorMode.On : EmulatorMode.Loopback);

    /// <summary>The token that lets callers from elsewhere steer the server; null: none does.</summary>
    public string? EmulatorToken { get; } = ReadEmulatorToken(values, users);

    /// <summary>Serves the page in the browser.</summary>
    public bool HasPage { get; } = values.Of(Setting.BrowserPage);

    public RateLimit RateLimit { get; } = values.Of(Setting.RateLimit);

    public ErrorNames ErrorNames { get; } = values.Of(Setting.ErrorNames);

    public IReadOnlyList<string> AllowedHosts { get; } = values.Of(Setting.AllowedHosts) ?? [];

    /// <summary>The origins that may call; null: loopback ones.</summary>
    public IReadOnlyList<string>? AllowedOrigins { get; } = values.Of(Setting.AllowedOrigins);

    /// <summary>The address by which clients come, perhaps with a path; null: the one that each of them used.</summary>
    public Uri? PublicUrl { get; } = values.Of(Setting.PublicUrl);

    /// <summary>The same as the beginning of a URL, without a slash at its end.</summary>
    public string? PublicBaseUrl => PublicUrl?.AbsoluteUri.TrimEnd('/');

    public LogLevel LogLevel { get; } = values.Of(Setting.LogLevel);

    public TimeSpan ShutdownTimeout { get; } = values.Of(Setting.ShutdownTimeout);

    public bool ExitsWithParent { get; } = values.Of(Setting.ExitWithParent);

    public IReadOnlyList<Run> Runs { get; } = new RunsReader(values).Read();

    public UserDirectory Users { get; } = users;

    public DeclaredStores Stores { get; } = new(users.Users.Count > 0 ? users.Users[0] : new User("", ""), declarations);

    /// <summary>The user whose token is well known and may be shown; null where tokens are secrets.</summary>
    public User? DevelopmentUser { get; } = UsersReader.DevelopmentUserIn(users);

    /// <summary>All secrets of the settings: tokens and signing keys.</summary>
    public IEnumerable<string> Secrets => Users.Tokens
        .Concat(Stores.Declarations.Select(declared => declared.UrlSigningSecretKey).Append(EmulatorToken).OfType<string>());

    /// <summary>Lists what is odd in the settings, for the log.</summary>
    public IReadOnlyList<string> Warnings { get; } = values.Problems.Warnings;

    /// <summary>Reads the settings of this process: its flags, its environment, and the file that these name.</summary>
    public static ServerOptions Read(ILookup<Setting, string> flags, Problems problems) => Read(SettingValues.OfProcess(flags, problems));

    public static ServerOptions Read(SettingValues values)
    {
        var users = new UsersReader(values).Read();
        var options = new ServerOptions(values, users, new StoresReader(values, users).Read());
        if (options.Emulator != EmulatorMode.Loopback && values[Setting.EmulatorToken] is { } token)
            values.Problems.Warn($"{token.Place}: has no effect with {Setting.Emulator.Flag} {options.Emulator.ToString().ToLowerInvariant()}");
        if (!options.Migrates && options.Storage is not StorageChoice.Database)
            values.Problems.Warn($"{values[Setting.NoMigrate]!.Place}: has no effect without {Setting.Database.Flag}");
        return options;
    }

    private static string? ReadEmulatorToken(SettingValues values, UserDirectory users)
    {
        if (values[Setting.EmulatorToken] is not { } value)
            return null;

        // It is a secret, so the problem does not repeat it.
        var token = value.Text;
        var problem = token.Length < MinTokenLength ? "it is too short"
            : token.Any(c => c is <= ' ' or > '~') ? "it has other characters"
            : users.Tokens.Contains(token) ? "a user has the same token"
            : null;
        if (problem is not null)
            values.Problems.Add($"{value.Place}: {problem}; allowed: {Setting.EmulatorToken.Help}", value.Source);
        return token;
    }
}
