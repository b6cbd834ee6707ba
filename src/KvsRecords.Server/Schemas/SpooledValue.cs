using System.Buffers;
using KvsRecords.Server.Errors;
using KvsRecords.Server.Storage;

namespace KvsRecords.Server.Schemas;

/// <summary>
/// A value that was received whole, before the server decides whether it may be written: in memory where it is short, else in a file that
/// is mapped to memory only while it is checked. So a slow upload, or one that waits for its turn, takes no memory.
/// </summary>
internal sealed class SpooledValue : IAsyncDisposable
{
    // As much as a deflater and its buffers take.
    private const int MaxInMemory = 256 * 1024;

    private Stream _bytes = new MemoryStream();

    private SpooledValue()
    {
    }

    /// <param name="body">The body.</param>
    /// <param name="folder">The folder that has room for a file.</param>
    /// <param name="most">The greatest length, in bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="RequestRefusedException">It is longer.</exception>
    public static async Task<SpooledValue> ReadAsync(Stream body, string folder, int most, CancellationToken cancellationToken)
    {
        var value = new SpooledValue();
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
            {
                if (value._bytes.Length + read > most)
                    throw new RequestRefusedException(ApiError.RequestTooLarge(most, value._bytes.Length + read));
                if (value._bytes is MemoryStream && value._bytes.Length + read > MaxInMemory)
                    await value.MoveToFileAsync(folder, cancellationToken);
                await value._bytes.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }

            return value;
        }
        catch
        {
            await value.DisposeAsync();
            throw;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Its bytes, as long as <paramref name="use"/> runs.</summary>
    public void Use(Action<ReadOnlyMemory<byte>> use)
    {
        if (_bytes is FileStream file)
        {
            file.Flush();
            using var memory = MappedMemory<byte>.Of(file);
            use(memory.Memory);
        }
        else
        {
            var held = (MemoryStream)_bytes;
            use(held.GetBuffer().AsMemory(0, (int)held.Length));
        }
    }

    /// <summary>From its beginning. It MUST NOT outlive this.</summary>
    public Stream OpenRead()
    {
        _bytes.Position = 0;
        return _bytes;
    }

    public ValueTask DisposeAsync() => _bytes.DisposeAsync();

    private async Task MoveToFileAsync(string folder, CancellationToken cancellationToken)
    {
        var held = _bytes;
        _bytes = TemporaryFolder.OpenFile(folder);
        held.Position = 0;
        await held.CopyToAsync(_bytes, cancellationToken);
        await held.DisposeAsync();
    }
}

/// <summary>A value that may be written.</summary>
/// <param name="Bytes">Its bytes, to be read once.</param>
/// <param name="Spooled">The value that holds them; null: they come from the client as they are read.</param>
internal readonly record struct CheckedValue(Stream Bytes, SpooledValue? Spooled) : IAsyncDisposable
{
    public ValueTask DisposeAsync() => Spooled?.DisposeAsync() ?? ValueTask.CompletedTask;
}
