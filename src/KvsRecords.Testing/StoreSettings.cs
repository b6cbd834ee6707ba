using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using KvsRecords.Server.Schemas;
using KvsRecords.Stores;

namespace KvsRecords.Testing;

/// <summary>The settings of a store.</summary>
public sealed record StoreSettings
{
    /// <summary>The id, 17 letters and digits; null: the one that it has, or a new one.</summary>
    public string? Id { get; init; }

    /// <summary>The username of the owner; null: the first user.</summary>
    public string? Owner { get; init; }

    /// <summary>Decides who else may read the store.</summary>
    public GeneralAccess GeneralAccess { get; init; } = GeneralAccess.Restricted;

    /// <summary>The usernames of those who may read it, whatever <see cref="GeneralAccess"/> says.</summary>
    public IReadOnlyList<string> SharedWith { get; init; } = [];

    /// <summary>The schema that defines its collections, as JSON; null: the one that it has, or none.</summary>
    [StringSyntax(StringSyntaxAttribute.Json)]
    public string? Schema { get; init; }

    /// <summary>The key that its URLs are signed with; null: the one that it has, or a new one.</summary>
    public string? UrlSigningSecretKey { get; init; }

    /// <summary>MUST NOT show the key.</summary>
    public override string ToString() => $"{Owner}~{Id}, {GeneralAccess}";

    internal StoreDeclaration Declare(string? name, EmulatorHost host)
    {
        if (name is not null && !StoreName.IsWellFormed(name))
            throw new ArgumentException($"'{name}' cannot be the name of a store. Allowed: {StoreName.Allowed}.", nameof(name));
        if (Id is not null && !StoreId.IsWellFormed(Id))
            throw new ArgumentException($"'{Id}' cannot be the id of a store. Allowed: {StoreId.Length} letters and digits.");
        if (UrlSigningSecretKey is "")
            throw new ArgumentException("The key that URLs are signed with is empty. Allowed: any other text, or null.");

        return new StoreDeclaration
        {
            Name = name,
            Id = Id ?? (name is null ? StoreId.Create() : null),
            Owner = Owner is null ? null : UserOf(Owner, host),
            GeneralAccess = GeneralAccess,
            SharedWith = SharedWith.Select(username => UserOf(username, host).Id).ToHashSet(),
            Schema = Schema is null ? null : Parse(Schema, host),
            UrlSigningSecretKey = UrlSigningSecretKey,
        };
    }

    private static User UserOf(string username, EmulatorHost host) => host.Users.FirstOrDefault(user =>
        string.Equals(user.Username, username, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"There is no user '{username}'. There are: {string.Join(", ", host.Users.Select(user => user.Username))}.");

    private static StoreSchema Parse(string text, EmulatorHost host)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var problems = new List<string>();
            var schema = StoreSchema.Parse(json.RootElement, nameof(Schema), problems);
            if (schema is not null)
                problems.AddRange(host.Get<CollectionRules>().ProblemsOf(schema));
            return problems.Count == 0 ? schema! : throw new ArgumentException(string.Join("; ", problems));
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"The schema is no JSON: {e.Message}", e);
        }
    }
}
