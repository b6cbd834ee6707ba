using System.Buffers;
using KvsRecords.Access;
using KvsRecords.Stores;

namespace KvsRecords.Server.Settings;

/// <summary>Reads the users of the configuration; without any, there is the development user alone.</summary>
internal sealed class UsersReader(SettingValues values)
{
    public const string DevelopmentToken = "apify_api_dev";
    private const string UsernameForm = "3 to 30 of a-z, 0-9, _, . and -";

    private static readonly User Development = new("KvsRecordsDevUser", "dev");
    private static readonly SearchValues<char> UsernameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    public UserDirectory Read()
    {
        var users = new UserDirectory();
        if (values.File.Users is not { Count: > 0 })
        {
            users.Add(Development, [values.Environment.GetValueOrDefault("APIFY_TOKEN") is { Length: > 0 } token ? token : DevelopmentToken]);
            return users;
        }

        var tokens = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (section, place) in values.Sections(values.File.Users, nameof(SettingsSection.Users), "user"))
            Read(section, place, users, tokens);
        return users;
    }

    /// <summary>Finds the development user, where its token is the well-known one.</summary>
    public static User? DevelopmentUserIn(UserDirectory users) =>
        users.Users is [var first, ..] && ReferenceEquals(first, Development) && users.Tokens.Contains(DevelopmentToken) ? Development : null;

    private void Read(UserSection section, string place, UserDirectory users, HashSet<string> tokens)
    {
        var username = section.Username ?? "";
        if (username.Length is < 3 or > 30 || username.AsSpan().ContainsAnyExcept(UsernameCharacters))
            values.AddInFile($"{place}.Username", $"'{username}' is no username; allowed: {UsernameForm}");
        else if (users.Users.Any(user => string.Equals(user.Username, username, StringComparison.OrdinalIgnoreCase)))
            values.AddInFile($"{place}.Username", $"'{username}' is there twice; allowed: each once");

        var id = section.Id ?? StoreId.Derive("user", username.ToLowerInvariant());
        if (!StoreId.IsWellFormed(id))
            values.AddInFile($"{place}.Id", $"'{id}' is no id; allowed: {StoreId.Length} letters and digits");
        else if (users.Users.Any(user => user.Id == id))
            values.AddInFile($"{place}.Id", $"'{id}' is there twice; allowed: each once");

        // A token is a secret: it is not repeated here.
        foreach (var token in section.Tokens ?? [])
        {
            if (token is null)
                values.AddInFile($"{place}.Tokens", "that is no list of texts; allowed: [\"token\", …]");
            else if (token.Trim() is "" || token.Trim() != token)
                values.AddInFile($"{place}.Tokens", "one is empty, or begins or ends with a space; allowed: any other text");
            else if (!tokens.Add(token))
                values.AddInFile($"{place}.Tokens", "one is there twice; allowed: each for one user");
        }

        users.Add(new User(id, username, GeneralAccessOf(section, place)), (section.Tokens ?? []).OfType<string>());
    }

    private GeneralAccess GeneralAccessOf(UserSection section, string place)
    {
        if (section.GeneralAccess is null)
            return GeneralAccess.Restricted;
        if (GeneralAccessName.OfAUser.Contains(section.GeneralAccess) && GeneralAccessName.TryParse(section.GeneralAccess, out var value))
            return value;

        values.AddInFile($"{place}.GeneralAccess", $"'{section.GeneralAccess}' is not allowed; allowed: {string.Join(", ", GeneralAccessName.OfAUser)}");
        return GeneralAccess.Restricted;
    }
}
