using KvsRecords.Server.Storage;
using Microsoft.AspNetCore.Http.Features;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>
/// An answer whose body was kept in a file instead of being sent. A fault can then be put at any byte of it, and comes at the same byte
/// every time; status and headers wait until the body is sent.
/// </summary>
internal sealed class RecordedBody : IAsyncDisposable
{
    private RecordedBody(FileStream bytes) => Bytes = bytes;

    public FileStream Bytes { get; }

    public static async Task<RecordedBody> RecordAsync(HttpContext context, RequestDelegate answer)
    {
        var file = TemporaryFolder.OpenFile(Path.GetTempPath());
        var sending = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var keeping = new StreamResponseBodyFeature(file);
        context.Features.Set<IHttpResponseBodyFeature>(keeping);
        try
        {
            await answer(context);
            await keeping.CompleteAsync();
            return new RecordedBody(file);
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
        finally
        {
            context.Features.Set(sending);
        }
    }

    public ValueTask DisposeAsync() => Bytes.DisposeAsync();
}
