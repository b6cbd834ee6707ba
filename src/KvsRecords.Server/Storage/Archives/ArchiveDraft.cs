using System.IO.Pipelines;

namespace KvsRecords.Server.Storage.Archives;

/// <summary>An archive on its way into the cache. Disposing it before <see cref="Keep"/> erases it.</summary>
internal sealed class ArchiveDraft(ArchiveCache cache, ArchiveName name, FileStream file) : IDisposable
{
    private FileStream? _file = file;

    public ArchiveName Name => name;

    /// <summary>True where other archives make room for it.</summary>
    public bool TakesFromOthers { get; init; }

    /// <summary>The bytes that were written.</summary>
    public long Length { get; private set; }

    /// <summary>True when it must not be kept any more. Guarded by the lock of the cache.</summary>
    public bool IsDropped { get; set; }

    /// <summary>False: it has been given up, and what is written is not kept.</summary>
    public bool IsOpen => _file is not null;

    /// <summary>
    /// Writes the next bytes. MUST NOT throw: where they cannot be kept, the draft is given up, and the download goes on.
    /// </summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_file is null)
            return;

        if (!cache.TakeRoom(this, bytes.Length))
        {
            GiveUp(fault: null);
            return;
        }

        Length += bytes.Length;
        try
        {
            RandomAccess.Write(_file.SafeFileHandle, bytes, Length - bytes.Length);
        }
        catch (IOException e)
        {
            GiveUp(e);
        }
    }

    /// <summary>Keeps what was written, as a whole archive.</summary>
    /// <param name="directoryOffset">Where its central directory begins.</param>
    public void Keep(long directoryOffset)
    {
        if (_file is null)
            return;

        try
        {
            var archive = new KeptArchive(_file, Length, directoryOffset);
            _file = null;
            cache.Keep(this, archive);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            GiveUp(e as IOException);
        }
    }

    public void Dispose() => GiveUp(fault: null);

    private void GiveUp(IOException? fault)
    {
        if (_file is null)
            return;

        _file.Dispose();
        _file = null;
        cache.End(this);
        if (fault is not null)
            cache.GiveBack(fault);
    }
}

/// <summary>Hands an archive on to where it is sent, and writes it to a draft as well.</summary>
/// <param name="output">Where it is sent.</param>
/// <param name="draft">The draft.</param>
/// <param name="endsWithDraft">Whether the archive is of no use once the draft has been given up.</param>
internal sealed class KeepingWriter(PipeWriter output, ArchiveDraft draft, bool endsWithDraft = false) : PipeWriter
{
    private Memory<byte> _memory;

    public override void Advance(int bytes)
    {
        draft.Write(_memory.Span[..bytes]);
        output.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => _memory = output.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) =>
        endsWithDraft && !draft.IsOpen ? new(new FlushResult(isCanceled: false, isCompleted: true)) : output.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => output.Complete(exception);
}
