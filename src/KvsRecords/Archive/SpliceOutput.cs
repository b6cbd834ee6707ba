using System.IO.Pipelines;

namespace KvsRecords.Archive;

/// <summary>
/// Writes pieces of an archive to a pipe in large portions, and skips those that come before the first byte that is asked for.
/// </summary>
internal sealed class SpliceOutput(PipeWriter output, long from)
{
    private Memory<byte> _portion;
    private int _filled;
    private long _unsent;

    /// <summary>Gives the position of the next piece in the archive.</summary>
    public long Position { get; private set; }

    /// <summary>Counts the bytes that were sent. After a fault, bytes that were put and not sent never leave.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Says whether the portion has to be sent before a piece of this length.</summary>
    public bool IsFull(int length) => _filled > 0 && !HasRoom(length);

    /// <summary>Room for a piece, which MUST be there, to be filled and then taken by <see cref="Advance"/>.</summary>
    public Span<byte> Room => _portion.Span[_filled..];

    /// <summary>The same as <see cref="Room"/>, for a piece that is waited for.</summary>
    public Memory<byte> RoomInMemory => _portion[_filled..];

    /// <summary>Makes room for a piece where there is none, without sending what there is: no entry is interrupted.</summary>
    public void MakeRoom(int length)
    {
        if (HasRoom(length))
            return;

        Commit();
        _portion = output.GetMemory(Math.Max(length, SplicedArchive.PortionSize));
    }

    /// <summary>Advances past a piece of this length in <see cref="Room"/>.</summary>
    public void Advance(int length)
    {
        var skipped = Skipped(length);
        if (skipped > 0)
            Room[skipped..length].CopyTo(Room);
        _filled += length - skipped;
        Position += length;
    }

    /// <summary>Skips pieces that are all before the first byte that is asked for.</summary>
    public void Skip(long length) => Position += length;

    /// <summary>Sends what there is.</summary>
    /// <exception cref="OperationCanceledException">The reader has left.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        Commit();
        if (_unsent == 0)
            return;

        BytesSent += _unsent;
        _unsent = 0;
        var result = await output.FlushAsync(cancellationToken);
        if (result.IsCompleted || result.IsCanceled)
            throw new OperationCanceledException("The reader has left.");
    }

    /// <summary>Skips the bytes of a piece that are before the first byte that is asked for.</summary>
    /// <returns>How many they are.</returns>
    public long SkipInto(long length)
    {
        var skipped = Math.Clamp(from - Position, 0, length);
        Position += skipped;
        return skipped;
    }

    private void Commit()
    {
        if (_filled > 0)
            output.Advance(_filled);
        _unsent += _filled;
        _filled = 0;
        _portion = default;
    }

    private bool HasRoom(int length) => _portion.Length - _filled >= length;

    private int Skipped(int length) => Position >= from ? 0 : (int)Math.Min(length, from - Position);
}
