using System.Collections;
using System.Text.Json;

namespace KvsRecords.Server.Settings;

/// <summary>The places where a setting is given. An earlier one wins over a later one.</summary>
internal enum SettingSource
{
    CommandLine,
    Environment,
    File,

    /// <summary>The value was not given, but found.</summary>
    Found,
}

/// <summary>The value of a setting and its place, which is named when the value turns out to be wrong.</summary>
/// <param name="Text">The value as it was written.</param>
/// <param name="Place">The flag, the variable, or the member and its file.</param>
/// <param name="Source">The kind of the place. A mistake in the form of a flag is a mistake in the command line.</param>
/// <param name="BaseFolder">The folder that a relative path in it is relative to.</param>
internal sealed record SettingValue(string Text, string Place, SettingSource Source, string BaseFolder);

/// <summary>The settings, each from the one place that wins: a flag, before the environment, before the configuration file.</summary>
internal sealed class SettingValues
{
    private readonly Dictionary<Setting, IReadOnlyList<SettingValue>> _values = [];

    private SettingValues(IReadOnlyDictionary<string, string> environment, string currentFolder, Problems problems) =>
        (Environment, CurrentFolder, Problems) = (environment, currentFolder, problems);

    public IReadOnlyDictionary<string, string> Environment { get; }

    public string CurrentFolder { get; }

    public Problems Problems { get; }

    public SettingsSection File { get; private set; } = new();

    /// <summary>The file's path, to say where something stands; "" without a file.</summary>
    public string FilePath { get; private set; } = "";

    public SettingValue? this[Setting setting] => AllOf(setting) is [.., var last] ? last : null;

    /// <summary>Lists the values of a setting that may have several.</summary>
    public IReadOnlyList<SettingValue> AllOf(Setting setting) => _values.GetValueOrDefault(setting) ?? [];

    /// <summary>Reads the value of a setting; the default where it is not given, or has another form, which is a problem.</summary>
    public T Of<T>(Setting<T> setting)
    {
        if (this[setting] is not { } value)
            return setting.DefaultValue;
        if (setting.Form.TryParse(value.Text, out var given))
            return given;

        Problems.Add($"{value.Place}: '{value.Text}' {setting.Form.Problem}; allowed: {setting.Help}", value.Source);
        return setting.DefaultValue;
    }

    public static SettingValues OfProcess(ILookup<Setting, string> flags, Problems problems)
    {
        var environment = System.Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
        return Collect(flags, environment, System.Environment.CurrentDirectory, problems);
    }

    public static SettingValues Collect(
        ILookup<Setting, string> flags, IReadOnlyDictionary<string, string> environment, string currentFolder, Problems problems)
    {
        var values = new SettingValues(environment, currentFolder, problems);
        foreach (var flag in flags)
            values.Take(flag.Key, flag, flag.Key.Flag, SettingSource.CommandLine, currentFolder);
        values.TakeEnvironment();
        if (values[Setting.Config] is { } config)
            values.TakeFile(config);
        values.TakeOtherVariables();
        return values;
    }

    /// <summary>Lists the objects of an array in the file, each with its place; null and members that mean nothing are problems.</summary>
    /// <param name="sections">The array, or null.</param>
    /// <param name="member">The member that has it.</param>
    /// <param name="called">The name of one of them.</param>
    public IEnumerable<(T Section, string Place)> Sections<T>(List<T>? sections, string member, string called)
        where T : FileSection
    {
        for (var i = 0; i < sections?.Count; i++)
        {
            var place = $"KvsRecords.{member}[{i}]";
            if (sections[i] is { } section)
            {
                RefuseUnknown(section, place);
                yield return (section, place);
            }
            else
            {
                AddInFile(place, $"null is no {called}; allowed: an object");
            }
        }
    }

    /// <summary>Adds a problem at a place in the file.</summary>
    public void AddInFile(string place, string problem) => Problems.Add($"{FilePath}: {place}: {problem}");

    private void TakeEnvironment()
    {
        foreach (var (variable, text) in Environment.Where(pair => pair.Key.StartsWith(Setting.VariablePrefix, StringComparison.Ordinal)))
        {
            var setting = Setting.All.FirstOrDefault(setting => setting.Variable == variable);
            if (setting is null)
                Problems.Add($"{variable}: no such setting; allowed: {string.Join(", ", Setting.All.Select(setting => setting.Variable))}");
            else if (text.Length > 0)
                Take(setting, setting.Kind == SettingKind.Several ? Paths(text) : [text], variable, SettingSource.Environment, CurrentFolder);
        }
    }

    private void TakeOtherVariables()
    {
        foreach (var setting in Setting.All)
        {
            if (setting.OtherVariables.FirstOrDefault(name => Environment.GetValueOrDefault(name) is { Length: > 0 }) is { } variable)
                Take(setting, [Environment[variable]], variable, SettingSource.Found, CurrentFolder);
        }
    }

    private void TakeFile(SettingValue config)
    {
        var path = FilePath = config.Text;
        try
        {
            // As text: some editors put a mark in front that JSON does not have.
            path = FilePath = Path.GetFullPath(config.Text, config.BaseFolder);
            var file = SettingsFile.Parse(System.IO.File.ReadAllText(path));
            File = file?.KvsRecords ?? new SettingsSection();
            if (file is not null)
                RefuseUnknown(file, "");
            if (file?.KvsRecords is null)
                Problems.Add($"{path}: no settings in it; allowed: {{ \"KvsRecords\": {{ … }} }}");
        }
        catch (JsonException e)
        {
            Problems.Add($"{config.Place}: '{path}' is malformed{Where(e)}: {WithoutPosition(e.Message)}");
        }
        catch (InvalidOperationException)
        {
            Problems.Add($"{config.Place}: '{path}' is malformed: a name or a text in it is no Unicode.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            Problems.Add($"{config.Place}: '{path}' cannot be read ({e.Message.TrimEnd('.')}); allowed: {Setting.Config.Help}");
        }

        foreach (var (setting, texts) in File.Given())
            Take(setting, texts, $"{FilePath}: KvsRecords.{setting.Member}", SettingSource.File, Path.GetDirectoryName(FilePath) ?? "");
        RefuseUnknown(File, "KvsRecords");
    }

    private void Take(Setting setting, IEnumerable<string> texts, string place, SettingSource source, string baseFolder) =>
        _values.TryAdd(setting, [.. texts.Select(text => new SettingValue(text, place, source, baseFolder))]);

    // A member that means nothing is a typing error, as a rule.
    private void RefuseUnknown(FileSection section, string place)
    {
        foreach (var member in section.Unknown?.Keys ?? Enumerable.Empty<string>())
            AddInFile(place.Length == 0 ? member : $"{place}.{member}", $"no such setting; allowed: {string.Join(", ", SettingsFile.MembersOf(section))}");
    }

    private static string[] Paths(string text) => text.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

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
