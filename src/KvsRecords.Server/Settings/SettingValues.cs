using System.Text.Json;

namespace KvsRecords.Server.Settings;

/// <summary>Every setting from the one place that wins: a flag, before the environment, before the configuration file.</summary>
internal sealed class SettingValues
{
    private readonly Dictionary<Setting, IReadOnlyList<SettingValue>> _values = [];

    public SettingsSection File { get; private set; } = new();

    /// <summary>The file's path, to say where something stands; "" without a file.</summary>
    public string FilePath { get; private set; } = "";

    /// <summary>Whether there is a file and what it says is not known, so that nobody can tell what is missing.</summary>
    public bool FileFailed { get; private set; }

    public SettingValue? this[Setting setting] => AllOf(setting) is [.., var last] ? last : null;

    /// <summary>The values of a setting that may have several.</summary>
    public IReadOnlyList<SettingValue> AllOf(Setting setting) => _values.GetValueOrDefault(setting) ?? [];

    public static SettingValues Collect(
        ILookup<Setting, string> flags, IReadOnlyDictionary<string, string> environment, string currentFolder, Problems problems)
    {
        var values = new SettingValues();
        values.TakeFlags(flags, currentFolder);
        values.TakeEnvironment(environment, currentFolder, problems);
        if (values[Setting.Config] is { } config)
            values.TakeFile(config, problems);
        return values;
    }

    private void TakeFlags(ILookup<Setting, string> flags, string currentFolder)
    {
        foreach (var flag in flags)
            Take(flag.Key, flag, flag.Key.Flag, SettingSource.CommandLine, currentFolder);
    }

    private void TakeEnvironment(IReadOnlyDictionary<string, string> environment, string currentFolder, Problems problems)
    {
        foreach (var (variable, text) in environment.Where(pair => pair.Key.StartsWith(Setting.VariablePrefix, StringComparison.Ordinal)))
        {
            var setting = Setting.All.FirstOrDefault(setting => setting.Variable == variable);
            if (setting is null)
                problems.Add($"{variable}: no such setting; allowed: {string.Join(", ", Setting.All.Select(setting => setting.Variable))}");
            else if (text.Length > 0)
                Take(setting, setting.Kind == SettingKind.List ? Paths(text) : [text], variable, SettingSource.Environment, currentFolder);
        }
    }

    private void TakeFile(SettingValue config, Problems problems)
    {
        FileFailed = true;
        var path = FilePath = config.Text;
        try
        {
            // As text: some editors put a mark in front that JSON does not have.
            path = FilePath = Path.GetFullPath(config.Text, config.BaseFolder);
            var file = JsonSerializer.Deserialize(System.IO.File.ReadAllText(path), SettingsFileContext.Default.SettingsFile);
            FileFailed = false;
            File = file?.KvsRecords ?? new SettingsSection();
            RefuseUnknown(file?.Unknown, "", ["KvsRecords"], problems);
            if (file?.KvsRecords is null)
                problems.Add($"{path}: no settings in it; allowed: {{ \"KvsRecords\": {{ … }} }}");
        }
        catch (JsonException e)
        {
            problems.Add($"{config.Place}: '{path}' is malformed{Where(e)}: {WithoutPosition(e.Message)}");
        }
        catch (InvalidOperationException)
        {
            problems.Add($"{config.Place}: '{path}' is malformed: a name or a text in it is no Unicode.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            problems.Add($"{config.Place}: '{path}' cannot be read ({e.Message.TrimEnd('.')}); allowed: {Setting.Config.Allowed}");
        }

        TakeFromFile(Setting.Data, File.Data);
        TakeFromFile(Setting.Storage, File.Storage);
        TakeFromFile(Setting.Ephemeral, File.Ephemeral);
        TakeFromFile(Setting.Seed, File.Seed);
        TakeFromFile(Setting.InputKey, File.InputKey);
        TakeFromFile(Setting.Host, File.Host);
        TakeFromFile(Setting.Port, File.Port);
        TakeFromFile(Setting.MaxRecordSize, File.MaxRecordSize);
        TakeFromFile(Setting.MaxSchemaTokens, File.MaxSchemaTokens);
        TakeFromFile(Setting.MaxDownloads, File.MaxDownloads);
        TakeFromFile(Setting.ExpireUnnamed, File.ExpireUnnamed);
        TakeFromFile(Setting.AllowReset, File.AllowReset);
        TakeFromFile(Setting.Emulator, File.Emulator);
        TakeFromFile(Setting.EmulatorToken, File.EmulatorToken);
        TakeFromFile(Setting.RateLimit, File.RateLimit);
        TakeFromFile(Setting.ErrorNames, File.ErrorNames);
        TakeFromFile(Setting.AllowedHosts, File.AllowedHosts);
        TakeFromFile(Setting.AllowedOrigins, File.AllowedOrigins);
        TakeFromFile(Setting.PublicUrl, File.PublicUrl);
        TakeFromFile(Setting.LogLevel, File.LogLevel);
        TakeFromFile(Setting.ShutdownTimeout, File.ShutdownTimeout);
        TakeFromFile(Setting.ExitWithParent, File.ExitWithParent);
    }

    private void TakeFromFile(Setting setting, string? text) => TakeFromFile(setting, text is null ? null : [text]);

    private void TakeFromFile(Setting setting, List<string>? texts)
    {
        if (texts is not null)
            Take(setting, texts, $"{FilePath}: KvsRecords.{setting.Member}", SettingSource.File, Path.GetDirectoryName(FilePath) ?? "");
    }

    private void Take(Setting setting, IEnumerable<string> texts, string place, SettingSource source, string baseFolder) =>
        _values.TryAdd(setting, [.. texts.Select(text => new SettingValue(text, place, source, baseFolder))]);

    private static string[] Paths(string text) => text.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    /// <summary>A member that means nothing is a mistake worth hearing about.</summary>
    public void RefuseUnknown(Dictionary<string, JsonElement>? unknown, string place, IReadOnlyList<string> allowed, Problems problems)
    {
        foreach (var member in unknown?.Keys ?? Enumerable.Empty<string>())
            problems.Add($"{FilePath}: {(place.Length == 0 ? member : $"{place}.{member}")}: no such setting; allowed: {string.Join(", ", allowed)}");
    }

    private static string Where(JsonException e) =>
        (e.Path is null ? "" : $" at {e.Path}") + (e.LineNumber is null ? "" : $", line {e.LineNumber + 1}");

    // The message repeats path and line, counting lines from 0; and where another kind of value is needed, it speaks of .NET's types.
    private static string WithoutPosition(string message)
    {
        if (message.StartsWith("The JSON value could not be converted", StringComparison.Ordinal))
            return "the value there is not of the kind that is allowed (an object, or a list of objects).";

        // What it quotes may be a token without quotation marks.
        if (message.Contains("is an invalid JSON literal", StringComparison.Ordinal))
            return "the value there is no JSON; a text stands between quotation marks.";

        var position = message.IndexOf(" Path: ", StringComparison.Ordinal);
        position = position < 0 ? message.IndexOf(" LineNumber: ", StringComparison.Ordinal) : position;
        return position < 0 ? message : message[..position];
    }
}
