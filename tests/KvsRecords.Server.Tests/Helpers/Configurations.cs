namespace KvsRecords.Server.Tests;

/// <summary>Configurations that several tests start from.</summary>
internal static class Configurations
{
    public const string StoreId = "WkzbQMuFYuamGv3YF";
    public const string SigningKey = "secret-key-for-testing";

    /// <summary>Three users; "my-store" is alice's and is shared with bob; it has a schema and a signing key.</summary>
    public static string Shop(string generalAccess = "RESTRICTED") => $$"""
        { "KvsRecords": {
          "Users": [
            { "Id": "AliceUser00000001", "Username": "alice", "Tokens": ["tok-alice", "tok-alice-2", "tok,with comma"] },
            { "Username": "bob", "Tokens": ["tok-bob"] },
            { "Username": "carol", "Tokens": ["tok-carol"] } ],
          "Stores": [ {
            "Name": "my-store", "Owner": "alice", "Id": "{{StoreId}}", "GeneralAccess": "{{generalAccess}}",
            "SharedWith": ["bob"], "UrlSigningSecretKey": "{{SigningKey}}",
            "Schema": { "actorKeyValueStoreSchemaVersion": 1, "title": "Shop", "collections": {
              "images": { "title": "Images", "keyPrefix": "image-" },
              "one": { "title": "One", "key": "post" } } } } ] } }
        """;
}
