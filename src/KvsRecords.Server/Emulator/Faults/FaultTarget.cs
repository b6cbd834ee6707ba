using KvsRecords.Emulator;
using KvsRecords.Server.Requests;
using KvsRecords.Stores;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>A request, as rules look at it.</summary>
/// <param name="Method">Its method.</param>
/// <param name="Operation">Its operation; null: none of the API's.</param>
/// <param name="Store">The store that is meant, if there is one.</param>
/// <param name="Key">The key of the record that is meant.</param>
/// <param name="Prefix">The prefix of keys that is asked for.</param>
internal sealed record FaultTarget(string Method, string? Operation, Store? Store, string? Key, string? Prefix)
{
    public static FaultTarget Of(HttpContext context)
    {
        var hasKey = context.Request.RouteValues.ContainsKey("key");
        return new FaultTarget(
            context.Request.Method,
            Requests.Operation.Find(context)?.Name,
            ApiRequest.Find(context)?.Store,
            hasKey ? KeyInPath.Of(context).Text : null,
            hasKey ? null : RequestQuery.Of(context)["prefix"]);
    }

    public bool IsMeantBy(Fault rule) =>
        (rule.Method is null || string.Equals(rule.Method, Method, StringComparison.OrdinalIgnoreCase))
        && (rule.Operation is null || rule.Operation == Operation)
        && (rule.Store is null || (Store is not null && IsCalled(Store, rule.Store)))
        && (rule.Key is null || rule.Key == Key)
        && (rule.Prefix is null || (Key ?? Prefix)?.StartsWith(rule.Prefix, StringComparison.Ordinal) == true);

    private static bool IsCalled(Store store, string text) => StoreReference.Parse(text) switch
    {
        StoreReference.ByName(var owner, var name) => store.IsCalled(name)
            && (owner is null || owner == store.Owner.Id || string.Equals(owner, store.Owner.Username, StringComparison.OrdinalIgnoreCase)),
        _ => text == store.Id || store.IsCalled(text),
    };
}
