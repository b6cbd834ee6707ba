namespace KvsRecords.Server.Emulator.Faults;

/// <summary>What the API can do, by the names that rules call it.</summary>
internal static class Operations
{
    private static readonly (string PathEnd, string Methods, string Name)[] Table =
    [
        ("/v2/key-value-stores", "GET", "listStores"),
        ("/v2/key-value-stores", "POST", "createStore"),
        ("/{storeId}", "GET", "getStore"),
        ("/{storeId}", "PUT", "updateStore"),
        ("/{storeId}", "DELETE", "deleteStore"),
        ("/key-value-store", "GET", "getStore"),
        ("/key-value-store", "PUT", "updateStore"),
        ("/key-value-store", "DELETE", "deleteStore"),
        ("/keys", "GET", ListKeys),
        ("/records", "GET HEAD", DownloadRecords),
        ("/records/{key}", "GET HEAD", "getRecord"),
        ("/records/{key}", "PUT POST", PutRecord),
        ("/records/{key}", "DELETE", DeleteRecord),
        ("/v2/users/me", "GET", "getUser"),
        ("/v2/users/{userId}", "GET", "getUser"),
    ];

    public const string ListKeys = "listKeys";
    public const string DownloadRecords = "downloadRecords";
    public const string PutRecord = "putRecord";
    public const string DeleteRecord = "deleteRecord";

    public static IReadOnlyList<string> All { get; } = [.. Table.Select(row => row.Name).Distinct()];

    /// <summary>What a request asks for; null: nothing of the API's.</summary>
    public static string? Of(HttpContext context)
    {
        var path = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText?.TrimEnd('/') ?? "";
        var method = context.Request.Method;
        return Table.FirstOrDefault(row =>
            path.EndsWith(row.PathEnd, StringComparison.Ordinal) && row.Methods.Split(' ').Contains(method)).Name;
    }
}
