using System.Buffers;
using KvsRecords.Access;
using KvsRecords.Stores;

namespace KvsRecords.Server.Settings;

/// <summary>The users of the configuration; without any, the one development user.</summary>
internal sealed class UsersReader(SettingValues values, Problems problems)
{
    public const string DevelopmentToken = "apify_api_dev";
    private const string UsernameForm = "3 to 30 of a-z, 0-9, _, . and -";

    private static readonly User Development = new("KvsRecordsDevUser", "dev");
    private static readonly string[] Members =
        [nameof(UserSection.Id), nameof(UserSection.Username), nameof(UserSection.Tokens), nameof(UserSection.GeneralAccess)];

    private static readonly SearchValues<char> UsernameCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");

    /// <param name="environmentToken">The token that replaces the development user's; null or empty: none.</param>
    /// <param name="developmentUser">The development user, where he has the well-known token.</param>
    public UserDirectory Read(string? environmentToken, out User? developmentUser)
    {
        var users = new UserDirectory();
        var sections = values.File.Users ?? [];
        developmentUser = null;
        if (sections.Count == 0)
        {
            var hasOwnToken = !string.IsNullOrEmpty(environmentToken);
            users.Add(Development, [hasOwnToken ? environmentToken! : DevelopmentToken]);
            developmentUser = hasOwnToken ? null : Development;
            return users;
        }

        var tokens = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < sections.Count; i++)
            Read(sections[i], $"KvsRecords.Users[{i}]", users, tokens);
        return users;
    }

    private void Read(UserSection? section, string place, UserDirectory users, HashSet<string> tokens)
    {
        if (section is null)
        {
            Add(place, "null is no user; allowed: an object");
            return;
        }

        values.RefuseUnknown(section.Unknown, place, Members, problems);
        var username = section.Username ?? "";
        if (username.Length is < 3 or > 30 || username.AsSpan().ContainsAnyExcept(UsernameCharacters))
            Add($"{place}.Username", $"'{username}' is no username; allowed: {UsernameForm}");
        else if (users.Users.Any(user => string.Equals(user.Username, username, StringComparison.OrdinalIgnoreCase)))
            Add($"{place}.Username", $"'{username}' is there twice; allowed: each once");

        var id = section.Id ?? StoreId.Derive("user", username.ToLowerInvariant());
        if (!StoreId.IsWellFormed(id))
            Add($"{place}.Id", $"'{id}' is no id; allowed: {StoreId.Length} letters and digits");
        else if (users.Users.Any(user => user.Id == id))
            Add($"{place}.Id", $"'{id}' is there twice; allowed: each once");

        // A token is a secret: it is not repeated here.
        foreach (var token in section.Tokens ?? [])
        {
            if (token is null)
                Add($"{place}.Tokens", "that is no list of texts; allowed: [\"token\", …]");
            else if (token.Trim() is "" || token.Trim() != token)
                Add($"{place}.Tokens", "one is empty, or begins or ends with a space; allowed: any other text");
            else if (!tokens.Add(token))
                Add($"{place}.Tokens", "one is there twice; allowed: each for one user");
        }

        users.Add(new User(id, username, GeneralAccessOf(section, place)), (section.Tokens ?? []).OfType<string>());
    }

    private GeneralAccess GeneralAccessOf(UserSection section, string place)
    {
        if (section.GeneralAccess is null)
            return GeneralAccess.Restricted;
        if (GeneralAccessName.OfAUser.Contains(section.GeneralAccess) && GeneralAccessName.TryParse(section.GeneralAccess, out var value))
            return value;

        Add($"{place}.GeneralAccess", $"'{section.GeneralAccess}' is not allowed; allowed: {string.Join(", ", GeneralAccessName.OfAUser)}");
        return GeneralAccess.Restricted;
    }

    private void Add(string place, string what) => problems.Add($"{values.FilePath}: {place}: {what}");
}
