namespace KvsRecords.Server.Observability;

/// <summary>What became of a body whose length was not known before.</summary>
internal sealed class SentBody
{
    public long Bytes { get; set; }

    /// <summary>Whether the connection was broken before the end, although the status says 200.</summary>
    public bool WasBrokenOff { get; set; }

    public static SentBody Of(HttpContext context)
    {
        if (context.Features.Get<SentBody>() is not { } sent)
            context.Features.Set(sent = new SentBody());
        return sent;
    }
}
