using System.Buffers;
using KvsRecords.Emulator;
using KvsRecords.Server.Logging;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>Sends an answer with the fault of a rule in it.</summary>
internal sealed class FaultyAnswer(Fault rule, FileStream body, TimeProvider clock)
{
    private const int PieceLength = 64 * 1024;

    // A slow body is sent in pieces so small that it looks steady to a person.
    private const int PiecesPerSecond = 10;

    public async Task SendAsync(HttpContext context, CancellationToken gone)
    {
        // Of what went into the file, nothing has been sent.
        SentBody.Of(context).Bytes = 0;
        switch (rule.Effect)
        {
            case null or FaultEffect.Expired:
                await SendAsync(context, body.Length, gone);
                break;
            case FaultEffect.WrongCrc:
                WrongCrc.PutInto(body);
                await SendAsync(context, body.Length, gone);
                break;

            // Headers without a body would be the whole answer, and look like success.
            case FaultEffect.Stall when body.Length == 0:
                await Task.Delay(Timeout.InfiniteTimeSpan, gone);
                break;
            case FaultEffect.AbortBeforeHeaders:
            case not null when body.Length == 0:
                SentBody.BreakOff(context);
                break;
            default:
                await BreakOffAsync(context, gone);
                break;
        }
    }

    private async Task BreakOffAsync(HttpContext context, CancellationToken gone)
    {
        // A body that was to be broken off must never be sent whole.
        var end = rule.Effect == FaultEffect.AbortBeforeEnd
            ? ZipEnd.Find(body)?.Start ?? body.Length - 1
            : Math.Min(rule.Bytes ?? 0, body.Length - 1);
        if (rule.Effect == FaultEffect.Truncate)
            context.Response.ContentLength = body.Length;
        else if (rule.Effect == FaultEffect.MalformedChunk)
            context.Response.ContentLength = null;

        await SendAsync(context, end, gone);
        if (rule.Effect == FaultEffect.Stall)
            await Task.Delay(Timeout.InfiniteTimeSpan, gone);
        if (rule.Effect == FaultEffect.MalformedChunk)
            await Wire.WriteAsync(context, "no-chunk\r\n"u8.ToArray(), gone);
        await Wire.CloseAsync(context, gone);
    }

    private async Task SendAsync(HttpContext context, long end, CancellationToken gone)
    {
        var sent = SentBody.Of(context);
        body.Position = 0;
        var buffer = ArrayPool<byte>.Shared.Rent(PieceLength);
        try
        {
            for (var piece = Piece(end); piece > 0; piece = Piece(end - sent.Bytes))
            {
                await body.ReadExactlyAsync(buffer.AsMemory(0, piece), gone);
                await context.Response.Body.WriteAsync(buffer.AsMemory(0, piece), gone);
                sent.Bytes += piece;
                if (rule.BytesPerSecond is { } rate)
                    await Task.Delay(TimeSpan.FromSeconds((double)piece / rate), clock, gone);
            }

            // The headers are sent too, where nothing of the body is.
            await context.Response.Body.FlushAsync(gone);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private int Piece(long left) =>
        (int)Math.Min(left, rule.BytesPerSecond is { } rate ? Math.Clamp(rate / PiecesPerSecond, 1, PieceLength) : PieceLength);
}
