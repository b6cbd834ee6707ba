using System.IO.Hashing;
using System.IO.Pipelines;
using KvsRecords.Archive;
using KvsRecords.Storage;

namespace KvsRecords.Server.Storage.Archives;

/// <summary>
/// The file of a kept archive, with what it is checked by. The members that can be set are guarded by the lock of the cache.
/// </summary>
internal sealed class KeptArchive
{
    private const int CheckSize = 64 * 1024;

    private readonly FileStream _file;
    private readonly long _directoryOffset;
    private readonly ulong _checksum;

    public KeptArchive(FileStream file, long length, long directoryOffset)
    {
        (_file, Length, _directoryOffset) = (file, length, directoryOffset);
        _checksum = Checksum();
    }

    /// <summary>The length, in bytes.</summary>
    public long Length { get; }

    /// <summary>The number of those who read it.</summary>
    public int Readers { get; set; }

    /// <summary>True when it is not kept any more, and goes with its last reader.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Grows with each use.</summary>
    public long LastUse { get; set; }

    /// <summary>
    /// Checks the length, and the central directory by a checksum: a file that another program has cut or overwritten is not sent.
    /// </summary>
    public bool IsWhole()
    {
        try
        {
            return RandomAccess.GetLength(_file.SafeFileHandle) == Length && Checksum() == _checksum;
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return false;
        }
    }

    /// <exception cref="InvalidDataException">The file ends before the archive does.</exception>
    public int Read(Span<byte> buffer, long position)
    {
        var wanted = (int)Math.Min(buffer.Length, Length - position);
        var read = RandomAccess.Read(_file.SafeFileHandle, buffer[..wanted], position);
        return read > 0 || wanted == 0 ? read : throw new InvalidDataException($"A kept archive ends after {position} of {Length} bytes.");
    }

    /// <summary>Removes the file.</summary>
    /// <param name="bytes">The bytes of all archives, of which it takes its own.</param>
    public void Erase(ref long bytes)
    {
        _file.Dispose();
        bytes -= Length;
    }

    private ulong Checksum()
    {
        var hash = new XxHash3();
        var buffer = new byte[CheckSize];
        for (var position = _directoryOffset; position < Length;)
        {
            var read = Read(buffer, position);
            hash.Append(buffer.AsSpan(0, read));
            position += read;
        }

        return hash.GetCurrentHashAsUInt64();
    }
}

/// <summary>A kept archive that is being read, also while it is dropped from the cache.</summary>
/// <param name="archive">The archive.</param>
/// <param name="release">Takes it back.</param>
internal sealed class KeptArchiveStream(KeptArchive archive, Action<KeptArchive> release) : ReadOnlyStream
{
    private Action<KeptArchive>? _release = release;
    private long _position;

    /// <summary>The bytes that reads have given.</summary>
    public long BytesRead { get; private set; }

    public override bool CanSeek => true;

    public override long Length => archive.Length;

    public override long Position { get => _position; set => _position = value; }

    public override long Seek(long offset, SeekOrigin origin) => _position = PositionOf(offset, origin);

    public override int Read(Span<byte> buffer)
    {
        var read = archive.Read(buffer, _position);
        _position += read;
        BytesRead += read;
        return read;
    }

    /// <summary>Writes the whole archive, in the portions of spliced ones. MUST NOT complete the output.</summary>
    /// <exception cref="OperationCanceledException">The reader of the output has gone.</exception>
    public async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        while (_position < Length)
        {
            output.Advance(Read(output.GetSpan(SplicedArchive.PortionSize)));
            var result = await output.FlushAsync(cancellationToken);
            if (result.IsCompleted || result.IsCanceled)
                throw new OperationCanceledException("The reader of the archive has gone.");
        }
    }

    protected override void Dispose(bool disposing)
    {
        Interlocked.Exchange(ref _release, null)?.Invoke(archive);
        base.Dispose(disposing);
    }
}
