using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Responses;

/// <summary>Says that an answer is a file to keep, and what it is called.</summary>
internal static class Attachment
{
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
