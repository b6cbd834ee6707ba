using System.IO.Pipelines;

namespace KvsRecords.Server.Storage.Archives;

/// <summary>An archive on its way into the cache. Disposing it before <see cref="Keep"/> erases it.</summary>
internal sealed class ArchiveDraft(ArchiveCache cache, ArchiveName name, FileStream file) : IDisposable
{
    private FileStream? _file = file;
    private long _length;

    /// <summary>False: it has been given up, and what is written is not kept.</summary>
    public bool IsOpen => _file is not null;

    /// <summary>
    /// Writes the next bytes. MUST NOT throw: where they cannot be kept, the draft is given up, and the download goes on.
    /// </summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        if (_file is null)
            return;

        if (!cache.TakeRoom(_length, bytes.Length))
        {
            Abandon(fault: null);
            return;
        }

        try
        {
            RandomAccess.Write(_file.SafeFileHandle, bytes, _length);
            _length += bytes.Length;
        }
        catch (IOException e)
        {
            _length += bytes.Length;
            Abandon(e);
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
            cache.Keep(name, new KeptArchive(_file, _length, directoryOffset));
            _file = null;
            cache.EndDraft(name);
        }
        catch (IOException e)
        {
            Abandon(e);
        }
    }

    public void Dispose() => Abandon(fault: null);

    private void Abandon(IOException? fault)
    {
        if (_file is null)
            return;

        _file.Dispose();
        _file = null;
        cache.EndDraft(name, _length);
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
