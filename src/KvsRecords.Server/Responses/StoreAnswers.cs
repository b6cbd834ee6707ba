using System.Text.Json;
using KvsRecords.Stores;

namespace KvsRecords.Server.Responses;

/// <summary>Says of a store what the API says of it.</summary>
internal sealed class StoreAnswers(PublicUrls urls, TimeProvider clock)
{
    /// <param name="request">By which address the client came.</param>
    /// <param name="store">The store.</param>
    /// <param name="showSecret">Shows the signing key, which only writers may see.</param>
    public StoreAnswer Of(HttpRequest request, Store store, bool showSecret)
    {
        // A store without times, such as a folder whose crawler wrote none, counts as made now.
        var created = store.CreatedAt ?? store.ModifiedAt ?? clock.GetUtcNow();
        var modified = store.ModifiedAt ?? created;
        var stats = store.Stats ?? new StoreStats(0, 0, 0, 0, 0, 0);
        return new StoreAnswer
        {
            Id = store.Id,
            Name = store.Name,
            Title = store.Title,
            UserId = store.Owner.Id,
            Username = store.Owner.Username,
            CreatedAt = created,
            ModifiedAt = modified,
            AccessedAt = store.AccessedAt ?? modified,
            ConsoleUrl = $"https://console.apify.com/storage/key-value-stores/{store.Id}",
            KeysPublicUrl = urls.Keys(request, store),
            RecordsPublicUrl = urls.Records(request, store),
            Schema = store.Schema is { } schema ? JsonElement.Parse(schema.Json) : null,
            UrlSigningSecretKey = showSecret ? store.UrlSigningSecretKey : null,
            GeneralAccess = GeneralAccessName.Of(store.GeneralAccess),
            Stats = new StatsAnswer(
                stats.ReadCount, stats.WriteCount, stats.DeleteCount, stats.ListCount, stats.StorageBytes, stats.StorageBytes),
        };
    }
}
