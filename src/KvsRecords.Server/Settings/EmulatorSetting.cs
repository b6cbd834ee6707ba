using System.Net;
using KvsRecords.Access;

namespace KvsRecords.Server.Settings;

/// <summary>Finds out who may steer the server.</summary>
internal sealed class EmulatorSetting(SettingValues values, Problems problems)
{
    // Shorter ones are guessed. And they would be hidden wherever they stand in the log, as the words that they are.
    private const int MinLength = 8;

    /// <param name="addresses">The addresses that are listened on.</param>
    public EmulatorMode Mode(IReadOnlyList<IPAddress> addresses)
    {
        var value = values[Setting.Emulator];
        EmulatorMode? mode = value?.Text switch
        {
            null => addresses.All(IPAddress.IsLoopback) ? EmulatorMode.On : EmulatorMode.Loopback,
            "on" => EmulatorMode.On,
            "loopback" => EmulatorMode.Loopback,
            "off" => EmulatorMode.Off,
            _ => null,
        };
        if (mode is null)
            problems.AddMalformed(value!, "is none of them", Setting.Emulator);
        else if (mode != EmulatorMode.Loopback && values[Setting.EmulatorToken] is { } token)
            problems.Warn($"{token.Place}: has no effect with {Setting.Emulator.Flag} {mode.ToString()!.ToLowerInvariant()}");
        return mode ?? EmulatorMode.Loopback;
    }

    /// <param name="users">Those whose tokens are others.</param>
    public string? Token(UserDirectory users)
    {
        if (values[Setting.EmulatorToken] is not { } value)
            return null;

        // It is a secret, so the problem does not repeat it.
        var token = value.Text;
        var wrong = token.Length < MinLength ? "it is too short"
            : token.Any(c => c is <= ' ' or > '~') ? "it has other characters"
            : users.HasToken(token) ? "a user has the same token"
            : null;
        if (wrong is not null)
            problems.Add($"{value.Place}: {wrong}; allowed: {Setting.EmulatorToken.Allowed}", value.Source);
        return token;
    }
}
