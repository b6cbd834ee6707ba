using System.Globalization;
using System.Net;
using KvsRecords.Stores;

namespace KvsRecords.Server.Settings;

internal delegate bool TryParse<T>(string text, out T value);

/// <summary>The way in which a setting is given.</summary>
internal enum SettingKind
{
    /// <summary>One value.</summary>
    Value,

    /// <summary>The flag alone, or true or false.</summary>
    Switch,

    /// <summary>Values separated by commas; in the file also an array.</summary>
    List,

    /// <summary>The flag as often as there are values; in the environment separated like folders in <c>PATH</c>, in the file also an array.</summary>
    Several,

    /// <summary>One value, which no message repeats.</summary>
    Secret,
}

/// <summary>The form of a setting's value.</summary>
/// <param name="Problem">Completes a sentence that begins with a value of another form.</param>
/// <param name="TryParse">Reads a value of this form.</param>
/// <param name="Kind">The way in which it is given.</param>
internal sealed record SettingForm<T>(string Problem, TryParse<T> TryParse, SettingKind Kind = SettingKind.Value);

/// <summary>The forms of the table of settings.</summary>
internal static class SettingForm
{
    public static readonly SettingForm<string?> Text = new("", TryTake);

    public static readonly SettingForm<string?> Several = new("", TryTake, SettingKind.Several);

    public static readonly SettingForm<string?> Secret = new("", TryTake, SettingKind.Secret);

    public static readonly SettingForm<bool> Switch = new("is neither", bool.TryParse, SettingKind.Switch);

    public static readonly SettingForm<long> Size = new("is no such number", ByteSize.TryParse);

    public static readonly SettingForm<long> SizeOrNone = new("is no such number", (text, out bytes) => ByteSize.TryParse(text, out bytes) || text == "0");

    public static readonly SettingForm<string?> Key = new(
        "is no key", (text, out key) => (key = new RecordKey(text).WhyNotWritable() is null ? text : null) is not null);

    public static readonly SettingForm<string[]?> List = new("", TrySplit, SettingKind.List);

    public static readonly SettingForm<IReadOnlyList<IPAddress>> Addresses = new("is no address of this machine", TryFindAddresses);

    public static readonly SettingForm<Uri?> Url = new("is not such an address", (text, out url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url is { Scheme: "http" or "https", Query: "", Fragment: "", UserInfo: "" });

    public static readonly SettingForm<LogLevel> Level = Word(
        "is no level",
        StringComparison.OrdinalIgnoreCase,
        ("debug", LogLevel.Debug),
        ("information", LogLevel.Information),
        ("warning", LogLevel.Warning),
        ("error", LogLevel.Error));

    public static SettingForm<int> Number(int min, int max) => Number(min, max, number => number);

    public static SettingForm<T> Number<T>(int min, int max, Func<int, T> of, params (string Word, T Value)[] words)
    {
        var word = Word("", words);
        return new($"is not a number from {min} to {max}", (text, out value) =>
        {
            if (word.TryParse(text, out value))
                return true;

            var isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max;
            value = isNumber ? of(number) : value;
            return isNumber;
        });
    }

    public static SettingForm<T> Word<T>(string problem, params (string Word, T Value)[] words) => Word(problem, StringComparison.Ordinal, words);

    private static SettingForm<T> Word<T>(string problem, StringComparison comparison, params (string Word, T Value)[] words) =>
        new(problem, (text, out value) =>
        {
            var index = Array.FindIndex(words, each => each.Word.Equals(text, comparison));
            value = index < 0 ? default! : words[index].Value;
            return index >= 0;
        });

    private static bool TryTake(string text, out string? value)
    {
        value = text;
        return true;
    }

    private static bool TrySplit(string text, out string[]? parts)
    {
        parts = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return true;
    }

    private static bool TryFindAddresses(string text, out IReadOnlyList<IPAddress> addresses)
    {
        addresses = text switch
        {
            "localhost" => [IPAddress.Loopback, IPAddress.IPv6Loopback],
            "*" => [IPAddress.IPv6Any],
            _ when IPAddress.TryParse(text, out var address) => [address],
            _ => [],
        };
        return addresses.Count > 0;
    }
}
