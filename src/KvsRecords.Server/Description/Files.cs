using System.Net;
using Microsoft.Net.Http.Headers;

namespace KvsRecords.Server.Description;

/// <summary>Says of an endpoint that it answers with a file, whole or in part, or to conditions, as the framework does it.</summary>
internal static class Files
{
    private static readonly string[] Validators = [HeaderNames.AcceptRanges, HeaderNames.ETag, HeaderNames.LastModified];

    public static RouteHandlerBuilder AnswersFile(
        this RouteHandlerBuilder endpoint, string contentType, string text, params string[] headers)
    {
        headers = [.. Validators, .. headers];
        string[] range = [HeaderNames.ContentRange, .. headers];
        return endpoint
            .Takes(RequestParameters.OfFiles)
            .AnswersBody<Stream>((int)HttpStatusCode.OK, contentType, text, headers)
            .AnswersBody<Stream>((int)HttpStatusCode.PartialContent, contentType, "The bytes of the Range.", range)
            .AnswersNothing((int)HttpStatusCode.NotModified, "It has not changed.", headers)
            .AnswersNothing((int)HttpStatusCode.PreconditionFailed, "A condition does not hold.", headers)
            .AnswersNothing((int)HttpStatusCode.RequestedRangeNotSatisfiable, "There are no such bytes.", range);
    }
}
