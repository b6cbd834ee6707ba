using System.Text.Json;
using KvsRecords.Access;
using KvsRecords.Stores;

namespace KvsRecords.Server.Settings;

/// <summary>Reads the declarations of stores in the configuration.</summary>
internal sealed class StoresReader(SettingValues values, UserDirectory users)
{
    public IReadOnlyList<StoreDeclaration> Read()
    {
        var declarations = new List<StoreDeclaration>();
        foreach (var (section, place) in values.Sections(values.File.Stores, nameof(SettingsSection.Stores), "store"))
            Read(section, place, declarations);

        return declarations;
    }

    private void Read(StoreSection section, string place, List<StoreDeclaration> declarations)
    {
        if (string.IsNullOrEmpty(section.Name) && string.IsNullOrEmpty(section.Id))
            values.AddInFile(place, "which store is meant? Allowed: a Name, an Id, or both");
        if (section.Name?.AsSpan().ContainsAny('/', '~') == true)
            values.AddInFile($"{place}.Name", $"'{section.Name}' is no name; allowed: any text without / and ~");
        if (section.Id?.AsSpan().ContainsAny('/', '~') == true)
            values.AddInFile($"{place}.Id", $"'{section.Id}' is no id; allowed: any text without / and ~, as a rule {StoreId.Length} letters and digits");
        if (section.Name is not null && declarations.Any(other => StoreName.AreSame(other.Name, section.Name)))
            values.AddInFile($"{place}.Name", $"'{section.Name}' is there twice; allowed: each once");
        if (section.Id is not null && declarations.Any(other => other.Id == section.Id))
            values.AddInFile($"{place}.Id", $"'{section.Id}' is there twice; allowed: each once");
        if (section.UrlSigningSecretKey?.Length == 0)
            values.AddInFile($"{place}.UrlSigningSecretKey", "that is no text, or an empty one; allowed: any other text");

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
            // An unknown name lets no caller in, so it is no reason not to start.
            if (name is null)
                values.AddInFile($"{place}.SharedWith", "that is no list of texts; allowed: [\"username\", …]");
            else if (users.Find(name) is { } user)
                shared.Add(user.Id);
            else
                values.Problems.Warn($"{values.FilePath}: {place}.SharedWith: there is no user '{name}'; the store is not shared with anybody of that name");
        }

        return shared;
    }

    private User? FindOwner(string username, string place)
    {
        var user = users.Find(username);
        if (user is null)
            values.AddInFile(place, $"there is no user '{username}'; allowed: {string.Join(", ", users.Users.Select(known => known.Username).Where(name => name.Length > 0))}");
        return user;
    }

    private GeneralAccess GeneralAccessOf(StoreSection section, string place)
    {
        if (section.GeneralAccess is null)
            return GeneralAccess.FollowUserSetting;
        if (!GeneralAccessName.TryParse(section.GeneralAccess, out var value))
            values.AddInFile($"{place}.GeneralAccess", $"'{section.GeneralAccess}' is not allowed; allowed: {string.Join(", ", GeneralAccessName.OfAStore)}");
        return value;
    }

    private StoreSchema? SchemaOf(StoreSection section, string place)
    {
        if (section.Schema is not null && section.SchemaFile is not null)
            values.AddInFile($"{place}.SchemaFile", "there is a Schema too; allowed: one of the two");
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
            values.AddInFile($"{place}.SchemaFile", $"'{path}' cannot be read ({e.Message.TrimEnd('.')}); allowed: a JSON file with a key-value store schema");
            return null;
        }
    }

    private StoreSchema? Parse(JsonElement json, string place)
    {
        var found = new List<string>();
        var schema = StoreSchema.Parse(json, place, found);
        found.ForEach(values.Problems.Add);
        return schema;
    }
}
