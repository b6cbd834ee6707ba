namespace KvsRecords.Server.Logging;

/// <summary>The part of a body that was sent, where its announced length does not say so: it has none, or it may break off.</summary>
internal sealed class SentBody
{
    /// <summary>The bytes that were handed to the connection.</summary>
    public long Bytes { get; set; }

    /// <summary>True when the connection was broken before the end, although the status says 200.</summary>
    public bool WasBrokenOff { get; set; }

    public static SentBody Of(HttpContext context)
    {
        if (context.Features.Get<SentBody>() is not { } sent)
            context.Features.Set(sent = new SentBody());
        return sent;
    }

    /// <summary>Forgets a body of which nothing is sent, since another takes its place.</summary>
    public static void Forget(HttpContext context) => context.Features.Set<SentBody>(null);

    /// <summary>Breaks the connection at once, so that what was sent does not look whole. What was not sent yet is lost.</summary>
    public static void BreakOff(HttpContext context)
    {
        Of(context).WasBrokenOff = true;
        context.Abort();
    }

    /// <summary>Notes the end of a body. One that is shorter than was announced has been broken off, by either side.</summary>
    public void End(HttpContext context, long bytes)
    {
        Bytes = bytes;
        WasBrokenOff |= !HttpMethods.IsHead(context.Request.Method) && bytes < context.Response.ContentLength;
    }
}
