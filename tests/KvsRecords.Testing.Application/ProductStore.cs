using System.Net;

namespace KvsRecords.Testing.Application;

/// <summary>Products that a crawler has left in a key-value store.</summary>
internal sealed class ProductStore(HttpClient api)
{
    /// <summary>A product as JSON; null: there is none.</summary>
    public async Task<string?> FindAsync(string id, CancellationToken cancellationToken)
    {
        using var response = await api.GetAsync(
            new Uri($"/v2/key-value-stores/dev~shop/records/product-{Uri.EscapeDataString(id)}", UriKind.Relative), cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotFound)
            return null;

        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync(cancellationToken);
    }
}
