using System.Net.Mime;
using KvsRecords.Stores;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Responses;

/// <summary>A body that the client keeps as a file: its name, and the header that says so.</summary>
internal static class Attachment
{
    /// <summary>Gives the file name of an archive: the store's name, without characters that have a meaning in paths.</summary>
    public static string NameOf(Store store)
    {
        var safe = store.DisplayName.Select(c => char.IsLetterOrDigit(c) || c is ' ' or '.' or '-' or '_' or '\'' or '$' ? c : '_');
        return $"{string.Concat(safe).TrimStart('.')}.zip";
    }

    /// <summary>Sets the headers of every archive.</summary>
    public static void SetArchiveHeaders(HttpResponse response, Store store)
    {
        response.ContentType = MediaTypeNames.Application.Zip;
        response.Headers.ContentDisposition = Header(NameOf(store));
    }

    // A plain name in the plain form that every client reads; any other also in the form of RFC 5987.
    public static string Header(string fileName)
    {
        var disposition = new ContentDispositionHeaderValue("attachment");
        if (fileName.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_'))
            disposition.FileName = $"\"{fileName}\"";
        else
            disposition.SetHttpFileName(fileName);
        return disposition.ToString();
    }
}
