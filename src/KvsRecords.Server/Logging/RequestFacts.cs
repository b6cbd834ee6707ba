namespace KvsRecords.Server.Logging;

/// <summary>What can be told of a request, in the log and to whoever asks for it: nothing of it is a secret.</summary>
internal static class RequestFacts
{
    /// <summary>The path, percent-encoded, since a line break could forge a line of the log.</summary>
    public static string SafePath(HttpContext context) => WithoutQuery(context.Request.Path.Value ?? "") is ['/', .. var path]
        ? new PathString($"/{SecretMask.Hide(context, path)}").ToUriComponent()
        : "";

    /// <summary>Without what stands behind a question mark that the client has encoded by mistake, since secrets stand there.</summary>
    public static string WithoutQuery(string text)
    {
        var query = text.IndexOf('?');
        return query < 0 ? text : text[..query];
    }

    /// <summary>How many bytes of a body were sent.</summary>
    public static long BytesSent(HttpContext context) => context.Features.Get<SentBody>() is { } sent ? sent.Bytes
        : HttpMethods.IsHead(context.Request.Method) ? 0
        : context.Response.ContentLength ?? 0;

    /// <summary>Whether the connection was broken before the end, whatever the status says.</summary>
    public static bool WasBrokenOff(HttpContext context) => context.Features.Get<SentBody>()?.WasBrokenOff == true;
}
