namespace KvsRecords.Sqlite;

/// <summary>A body that is being written. Disposing it removes it, unless it was kept.</summary>
internal sealed class BodyDraft(long number, string path, bool durable)
    : FileStream(path + Unfinished, OwnFiles.Options(FileMode.CreateNew, FileShare.ReadWrite | FileShare.Delete, BufferSize))
{
    /// <summary>How the name of a file ends that is not whole yet.</summary>
    public const string Unfinished = ".new";

    // The deflater writes pieces of 8 KiB.
    private const int BufferSize = 64 * 1024;

    private string? _toRemove = path + Unfinished;

    public long Number => number;

    /// <summary>Gives it its name. What it holds MUST survive a power cut from here on; its name, once the folder is synced.</summary>
    public void Finish()
    {
        Flush(flushToDisk: durable);
        File.Move(path + Unfinished, path);
        _toRemove = path;
    }

    /// <summary>From now on somebody else removes it.</summary>
    public void Keep() => _toRemove = null;

    protected override void Dispose(bool disposing)
    {
        try
        {
            base.Dispose(disposing);
        }
        finally
        {
            // Not from a finalizer, which must not throw: what is forgotten is removed at the next start.
            if (disposing && _toRemove is { } file)
                File.Delete(file);
            _toRemove = null;
        }
    }
}
