using KvsRecords.Server.Endpoints;
using KvsRecords.Stores;

namespace KvsRecords.Server.Description;

/// <summary>The parameters that requests have beside those of their path.</summary>
internal static class RequestParameters
{
    // In whatever letters, and with spaces around them, which no client sends that reads this.
    private static readonly string[] Flag = ["1", "0", "true", "false"];

    public static readonly RequestParameter Attachment =
        new("attachment", "Whether the answer is a file to keep.", "1") { OneOf = Flag };

    public static readonly RequestParameter Collection =
        new("collection", "Only records of this collection of the store's schema.", "products");

    public static readonly RequestParameter Date =
        new("date", "A day of the month that is meant; without it, today.", "2026-01-31");

    public static readonly RequestParameter Descending = new("desc", "Whether the newest store comes first.", "0") { OneOf = Flag };

    public static readonly RequestParameter ExclusiveStartKey =
        new("exclusiveStartKey", "The page begins behind this key, which need not be there.", "product-001");

    public static readonly RequestParameter KeyLimit =
        new("limit", "The most keys on the page. 0 is 1000, and so is more than that.", "100") { IsNumber = true };

    public static readonly RequestParameter Method =
        new("method", "The method that the request is treated as one of, for callers who cannot send every method. A GET that stands for a write needs the token in Authorization.", "")
        {
            OneOf = ["GET", "POST", "PUT", "DELETE"],
        };

    public static readonly RequestParameter Name =
        new("name", "The store's name. Without it, a new store without a name is made.", "shop");

    public static readonly RequestParameter Offset = new("offset", "How many stores to leave out.", "0") { IsNumber = true };

    public static readonly RequestParameter Origin = new("origin", "Only runs that were started in this way.", "API") { OneOf = Run.Origins };

    public static readonly RequestParameter Ownership =
        new("ownership", "Only the caller's own stores, or only those that others share with them.", "ownedByMe")
        {
            OneOf = ["ownedByMe", "sharedWithMe"],
        };

    public static readonly RequestParameter Prefix = new("prefix", "Only records whose key starts with it.", "product-");

    public static readonly RequestParameter Status = new("status", "Only runs of this status.", "SUCCEEDED") { OneOf = Run.Statuses };

    public static readonly RequestParameter StoreLimit =
        new("limit", "The most stores on the page. 0 is 1000, and so is more than that.", "100")
        {
            IsNumber = true,
            Id = "limitOfStores",
        };

    public static readonly RequestParameter Unnamed =
        new("unnamed", "Whether stores without a name are listed too.", "0") { OneOf = Flag };

    public static readonly RequestParameter ContentEncoding =
        new("Content-Encoding", "How the body is encoded. It is decoded on arrival.", "gzip")
        {
            IsHeader = true,
            OneOf = ["br", "gzip", "x-gzip", "deflate", "identity"],
        };

    /// <summary>Which of the requests that came are wanted. Those that every one of these lets through are.</summary>
    public static readonly RequestParameter[] OfRequests =
    [
        new("method", "Only requests of this method, as it was sent.", "GET") { Id = "methodOfRequests" },
        new("operation", "Only requests that asked for this.", Operation.DownloadRecords.Name) { OneOf = Operation.Names },
        new("store", "Only requests for this store: its id, its name or username~name.", "dev~shop"),
        new("key", "Only requests for the record of this key.", "product-001"),
        new("status", "Only requests that were answered with this status, from 100 to 599.", "200") { IsNumber = true, Id = "statusOfRequests" },
        new("since", "Only requests that began to come at this time or later.", "2026-01-31T12:00:00.000Z"),
    ];

    /// <summary>What a file may be asked for by: a part of it, or only what has changed.</summary>
    public static readonly RequestParameter[] OfFiles =
    [
        new("Range", "The bytes that are wanted. A unit other than bytes is ignored.", "bytes=0-99") { IsHeader = true },
        new("If-Range", "The Range counts only if the file is still this one, by its ETag. A date never counts.", "\"17-1\"") { IsHeader = true },
        new("If-Match", "412 if the file is not this one any more.", "\"17-1\"") { IsHeader = true },
        new("If-None-Match", "304 if the file is still this one.", "\"17-1\"") { IsHeader = true },
        new("If-Modified-Since", "304 if it has not changed since.", "Sat, 31 Jan 2026 12:00:00 GMT") { IsHeader = true },
        new("If-Unmodified-Since", "412 if it has changed since.", "Sat, 31 Jan 2026 12:00:00 GMT") { IsHeader = true },
    ];
}
