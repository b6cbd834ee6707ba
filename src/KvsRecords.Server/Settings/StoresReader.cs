using System.Text.Json;
using KvsRecords.Access;
using KvsRecords.Stores;

namespace KvsRecords.Server.Settings;

/// <summary>What the configuration says of stores.</summary>
internal sealed class StoresReader(SettingValues values, UserDirectory users, Problems problems)
{
    private static readonly string[] Members =
    [
        nameof(StoreSection.Name), nameof(StoreSection.Id), nameof(StoreSection.Owner), nameof(StoreSection.GeneralAccess),
        nameof(StoreSection.SharedWith), nameof(StoreSection.UrlSigningSecretKey), nameof(StoreSection.Schema), nameof(StoreSection.SchemaFile),
    ];

    public IReadOnlyList<StoreDeclaration> Read()
    {
        var declarations = new List<StoreDeclaration>();
        var sections = values.File.Stores ?? [];
        for (var i = 0; i < sections.Count; i++)
        {
            var place = $"KvsRecords.Stores[{i}]";
            if (sections[i] is { } section)
                Read(section, place, declarations);
            else
                Add(place, "null is no store; allowed: an object");
        }

        return declarations;
    }

    private void Read(StoreSection section, string place, List<StoreDeclaration> declarations)
    {
        values.RefuseUnknown(section.Unknown, place, Members, problems);
        if (string.IsNullOrEmpty(section.Name) && string.IsNullOrEmpty(section.Id))
            Add(place, "which store is meant? Allowed: a Name, an Id, or both");
        if (section.Name?.AsSpan().ContainsAny('/', '~') == true)
            Add($"{place}.Name", $"'{section.Name}' is no name; allowed: any text without / and ~");
        if (section.Id?.AsSpan().ContainsAny('/', '~') == true)
            Add($"{place}.Id", $"'{section.Id}' is no id; allowed: any text without / and ~, as a rule {StoreId.Length} letters and digits");
        if (section.Name is not null && declarations.Any(other => StoreName.AreSame(other.Name, section.Name)))
            Add($"{place}.Name", $"'{section.Name}' is there twice; allowed: each once");
        if (section.Id is not null && declarations.Any(other => other.Id == section.Id))
            Add($"{place}.Id", $"'{section.Id}' is there twice; allowed: each once");
        if (section.UrlSigningSecretKey?.Length == 0)
            Add($"{place}.UrlSigningSecretKey", "that is no text, or an empty one; allowed: any other text");

        declarations.Add(new StoreDeclaration
        {
            Name = section.Name,
            Id = section.Id,
            Owner = section.Owner is null ? null : FindOwner(section.Owner, $"{place}.Owner"),
            GeneralAccess = GeneralAccessOf(section, place),
            SharedWith = SharedWith(section, place),
            UrlSigningSecretKey = section.UrlSigningSecretKey,
            Schema = SchemaOf(section, place),
        });
    }

    private HashSet<string> SharedWith(StoreSection section, string place)
    {
        var shared = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in section.SharedWith ?? [])
        {
            // Nobody gets in who should not, so an unknown name is no reason not to start.
            if (name is null)
                Add($"{place}.SharedWith", "that is no list of texts; allowed: [\"username\", …]");
            else if (users.Find(name) is { } user)
                shared.Add(user.Id);
            else
                problems.Warn($"{values.FilePath}: {place}.SharedWith: there is no user '{name}'; the store is not shared with anybody of that name");
        }

        return shared;
    }

    private User? FindOwner(string username, string place)
    {
        var user = users.Find(username);
        if (user is null)
            Add(place, $"there is no user '{username}'; allowed: {string.Join(", ", users.Users.Select(known => known.Username).Where(name => name.Length > 0))}");
        return user;
    }

    private GeneralAccess GeneralAccessOf(StoreSection section, string place)
    {
        if (section.GeneralAccess is null)
            return GeneralAccess.FollowUserSetting;
        if (!GeneralAccessName.TryParse(section.GeneralAccess, out var value))
            Add($"{place}.GeneralAccess", $"'{section.GeneralAccess}' is not allowed; allowed: {string.Join(", ", GeneralAccessName.OfAStore)}");
        return value;
    }

    private StoreSchema? SchemaOf(StoreSection section, string place)
    {
        if (section.Schema is not null && section.SchemaFile is not null)
            Add($"{place}.SchemaFile", "there is a Schema too; allowed: one of the two");
        if (section.Schema is { } inline)
            return Parse(inline, $"{values.FilePath}: {place}.Schema");
        if (section.SchemaFile is null)
            return null;

        var path = section.SchemaFile;
        try
        {
            // As text: some editors put a mark in front that JSON does not have.
            path = Path.GetFullPath(path, Path.GetDirectoryName(values.FilePath)!);
            using var json = JsonDocument.Parse(File.ReadAllText(path));
            return Parse(json.RootElement, $"{path}: $");
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            Add($"{place}.SchemaFile", $"'{path}' cannot be read ({e.Message.TrimEnd('.')}); allowed: a JSON file with a key-value store schema");
            return null;
        }
    }

    private StoreSchema? Parse(JsonElement json, string place)
    {
        var found = new List<string>();
        var schema = StoreSchema.Parse(json, place, found);
        found.ForEach(problems.Add);
        return schema;
    }

    private void Add(string place, string what) => problems.Add($"{values.FilePath}: {place}: {what}");
}
