namespace KvsRecords.Archive;

/// <summary>Bytes that are held in memory until they are too many, and then go to a file.</summary>
internal sealed class SpillingStream<TFile>(int mostInMemory, Func<TFile> openFile) : Stream
    where TFile : Stream
{
    private readonly MemoryStream _memory = new();

    public TFile? File { get; private set; }

    public ReadOnlyMemory<byte> Memory => File is null ? _memory.GetBuffer().AsMemory(0, (int)_memory.Length) : default;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => File?.Length ?? _memory.Length;

    public override long Position { get => Length; set => throw new NotSupportedException(); }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (File is null && _memory.Length + buffer.Length > mostInMemory)
        {
            File = openFile();
            _memory.WriteTo(File);
            _memory.SetLength(0);
            _memory.Capacity = 0;
        }

        ((Stream?)File ?? _memory).Write(buffer);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>All bytes from the first, for one reader. Nothing may be written any more.</summary>
    public Stream OpenRead()
    {
        Stream bytes = (Stream?)File ?? _memory;
        bytes.Position = 0;
        return bytes;
    }

    public override void Flush() => File?.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        File?.Dispose();
        base.Dispose(disposing);
    }
}
