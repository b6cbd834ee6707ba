using System.Net.Mime;
using KvsRecords.Stores;

namespace KvsRecords.Server.Responses;

/// <summary>The headers that every archive has.</summary>
internal static class ArchiveHeaders
{
    public static void Set(HttpResponse response, Store store)
    {
        response.ContentType = MediaTypeNames.Application.Zip;
        response.Headers.ContentDisposition = Attachment.Header(ArchiveName.Of(store));
    }
}
