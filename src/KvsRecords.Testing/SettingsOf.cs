using System.Globalization;
using KvsRecords.Emulator;
using KvsRecords.Server.Settings;

namespace KvsRecords.Testing;

/// <summary>The settings of a server, checked by the same rules as those of its program.</summary>
internal static class SettingsOf
{
    /// <exception cref="ArgumentException">They cannot be meant; the message says all that is wrong.</exception>
    public static ServerOptions Read(KvsRecordsServerOptions options)
    {
        var problems = new Problems();
        if (options.Users.Count == 0)
            problems.Add("Users: there is none; allowed: one or more");

        (Setting Setting, string Value)[] flags =
        [
            (Setting.Ephemeral, "true"),
            (Setting.Port, "0"),
            (Setting.RateLimit, options.LimitsRate ? "service" : "off"),
            (Setting.ErrorNames, options.ErrorNames == ErrorNames.Service ? "service" : "specification"),
            (Setting.MaxRecordSize, options.MaxRecordSize.ToString(CultureInfo.InvariantCulture)),
            (Setting.Emulator, options.Emulator.ToString().ToLowerInvariant()),
            .. options.EmulatorToken is { } token ? [(Setting.EmulatorToken, token)] : Array.Empty<(Setting, string)>(),
            .. options.Seeds.Select(seed => (Setting.Seed, seed)),
        ];
        var folder = Environment.CurrentDirectory;
        var nothing = new Dictionary<string, string>();
        var values = SettingValues.Collect(flags.ToLookup(flag => flag.Setting, flag => flag.Value), nothing, folder, problems);
        values.File.Users = [.. options.Users.Select(user => new UserSection { Username = user.Username, Tokens = [user.Token] })];
        var read = ServerOptions.Read(values);
        return problems.Any
            ? throw new ArgumentException(string.Join(Environment.NewLine, problems.Messages.Select(InWords)), nameof(options))
            : read;
    }

    // A place is called as it is in the options: there is no command line, and no configuration file.
    private static string InWords(string message) => message
        .Replace($"{Setting.Seed.Flag}: ", $"{nameof(KvsRecordsServerOptions.Seeds)}: ", StringComparison.Ordinal)
        .Replace($"{Setting.MaxRecordSize.Flag}: ", $"{nameof(KvsRecordsServerOptions.MaxRecordSize)}: ", StringComparison.Ordinal)
        .Replace($"{Setting.EmulatorToken.Flag}: ", $"{nameof(KvsRecordsServerOptions.EmulatorToken)}: ", StringComparison.Ordinal)
        .Replace(": KvsRecords.", "", StringComparison.Ordinal);
}
