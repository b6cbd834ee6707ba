using System.CommandLine;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Cli;

/// <summary>The settings as flags. They may stand before a command and after it.</summary>
internal sealed class SettingFlags
{
    private readonly Dictionary<Setting, Option> _options = Setting.All.ToDictionary(setting => setting, OptionOf);

    public void AddTo(Command command, IEnumerable<Setting> settings)
    {
        foreach (var setting in settings)
            command.Add(_options[setting]);
    }

    public ILookup<Setting, string> Given(ParseResult parsed) => _options
        .Where(flag => parsed.GetResult(flag.Value) is { Implicit: false })
        .SelectMany(flag => ValuesOf(flag.Key, parsed.GetResult(flag.Value)!.Tokens.Select(token => token.Value)), (flag, text) => (flag.Key, text))
        .ToLookup(given => given.Key, given => given.text);

    private static IEnumerable<string> ValuesOf(Setting setting, IEnumerable<string> texts) =>
        setting.Kind == SettingKind.Switch ? texts.DefaultIfEmpty(bool.TrueString) : texts;

    private static Option OptionOf(Setting setting)
    {
        Option option = setting.Kind switch
        {
            SettingKind.Switch => new Option<bool>(setting.Flag),
            SettingKind.Several => new Option<string[]>(setting.Flag),
            _ => new Option<string>(setting.Flag),
        };
        option.HelpName = setting.Placeholder.Length > 0 ? setting.Placeholder : null;
        option.Description = $"{setting.Help} [{setting.Variable}]";
        return option;
    }
}
