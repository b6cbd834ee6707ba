using System.Net;
using KvsRecords.Access;
using KvsRecords.Server.Settings;
using KvsRecords.Stores;

namespace KvsRecords.Server.Responses;

/// <summary>
/// The URLs by which others reach a store: at the address by which the client came, or at the one that the settings name. They are
/// signed where a reader needs a signature.
/// </summary>
internal sealed class PublicUrls(ServerOptions options, TimeProvider clock)
{
    // As long as the service's (its documentation of general access).
    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(14);

    // A folder's metadata may call its store anything.
    public string Store(HttpRequest request, Store store) =>
        $"{options.PublicBaseUrl ?? AddressOf(request)}/v2/key-value-stores/{Uri.EscapeDataString(store.Id)}";

    public string Keys(HttpRequest request, Store store) => $"{Store(request, store)}/keys{Signed(store)}";

    public string Records(HttpRequest request, Store store) => $"{Store(request, store)}/records{Signed(store)}";

    /// <summary>The URL of one record, without a signature.</summary>
    public string Record(HttpRequest request, Store store, RecordKey key) =>
        $"{Store(request, store)}/records/{Uri.EscapeDataString(key.Text)}";

    /// <summary>The URL of one record, signed where that is needed. The signature is good for ever, as on the service.</summary>
    /// <remarks>MUST NOT be signed where the signature would open the whole store.</remarks>
    public string SignedRecord(HttpRequest request, Store store, RecordKey key)
    {
        var url = Record(request, store, key);
        return NeedsSignature(store) && !UrlSignature.SignsStore(key.Text, store.Id)
            ? $"{url}?signature={UrlSignature.CreateHmac(store.UrlSigningSecretKey!, key.Text)}"
            : url;
    }

    // A client of HTTP/1.0 need not say a host.
    private static string AddressOf(HttpRequest request)
    {
        var connection = request.HttpContext.Connection;
        return request.Host.HasValue
            ? $"{request.Scheme}://{request.Host}"
            : $"{request.Scheme}://{new IPEndPoint(connection.LocalIpAddress ?? IPAddress.Loopback, connection.LocalPort)}";
    }

    private string Signed(Store store) => NeedsSignature(store)
        ? $"?signature={UrlSignature.CreateStorageContent(store.UrlSigningSecretKey!, store.Id, clock.GetUtcNow() + Lifetime)}"
        : "";

    private static bool NeedsSignature(Store store) =>
        store.EffectiveGeneralAccess == GeneralAccess.Restricted && store.UrlSigningSecretKey is not null;
}
