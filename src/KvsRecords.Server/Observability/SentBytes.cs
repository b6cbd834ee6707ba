namespace KvsRecords.Server.Observability;

/// <summary>How many bytes of body were sent, where the length was not known before.</summary>
internal sealed class SentBytes
{
    public long Count { get; set; }

    public static SentBytes Of(HttpContext context)
    {
        if (context.Features.Get<SentBytes>() is not { } sent)
            context.Features.Set(sent = new SentBytes());
        return sent;
    }
}
