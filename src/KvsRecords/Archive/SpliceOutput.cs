using System.IO.Pipelines;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Archive;

/// <summary>
/// Puts pieces of an archive into a pipe, in large portions, and leaves out those that come before a certain byte of it: so an archive
/// can be begun anywhere. Portions are filled in turn.
/// </summary>
internal sealed class SpliceOutput(PipeWriter output, long from) : IDisposable
{
    // Each core can fill one.
    private static readonly SemaphoreSlim Turns = new(Environment.ProcessorCount);

    // So many may wait without being let go first. With 0, one download alone had a third more switches of threads; with 16, portions were
    // filled before others had been sent, and 500 downloads that began at once took 290 MB instead of 140.
    private const int Few = 2;

    private bool _hasTurn;
    private Memory<byte> _portion;
    private int _filled;
    private long _handed;

    /// <summary>Where in the archive the next piece stands.</summary>
    public long Position { get; private set; }

    /// <summary>The bytes that were sent. What was put and not sent, when it came to a fault, never leaves.</summary>
    public long BytesSent { get; private set; }

    /// <summary>Whether a piece of this length can be put without another portion.</summary>
    public bool HasRoom(int length) => _portion.Length - _filled >= length;

    /// <summary>Room for a piece, which MUST be there, to be filled and then taken by <see cref="Took"/>.</summary>
    public Span<byte> Room => _portion.Span[_filled..];

    /// <summary>Makes room for a piece where there is none, without sending what there is: in the middle of an entry nobody waits.</summary>
    public void MakeRoom(int length)
    {
        if (HasRoom(length))
            return;

        Hand();
        _portion = output.GetMemory(Math.Max(length, SplicedArchive.PortionSize));
    }

    /// <summary>A piece of this length stands in <see cref="Room"/>.</summary>
    public void Took(int length)
    {
        var skipped = Skipped(length);
        if (skipped > 0)
            Room[skipped..length].CopyTo(Room);
        _filled += length - skipped;
        Position += length;
    }

    /// <summary>Goes past pieces that are all before the first byte that is asked for.</summary>
    public void Pass(long length) => Position += length;

    /// <summary>Sends what there is, and takes a new portion when it is its turn.</summary>
    /// <exception cref="OperationCanceledException">Nobody reads any more.</exception>
    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        await SendAsync(cancellationToken);
        await TakeTurnAsync(cancellationToken);
        _portion = output.GetMemory(SplicedArchive.PortionSize);
    }

    /// <summary>Sends what there is. Whoever has sent the last of it waits for no turn any more.</summary>
    /// <exception cref="OperationCanceledException">Nobody reads any more.</exception>
    public async ValueTask SendAsync(CancellationToken cancellationToken)
    {
        if (_filled > 0)
            Hand();
        if (_handed == 0)
            return;

        EndTurn();
        _portion = default;
        BytesSent += _handed;
        _handed = 0;
        var result = await output.FlushAsync(cancellationToken);
        if (result.IsCompleted || result.IsCanceled)
            throw new OperationCanceledException("Nobody reads the archive any more.");
    }

    /// <summary>Puts the beginning of a file, or all of it.</summary>
    /// <exception cref="InvalidDataException">It is shorter.</exception>
    public async ValueTask PutFileAsync(SafeFileHandle file, long length, CancellationToken cancellationToken)
    {
        var offset = Math.Clamp(from - Position, 0, length);
        Position += offset;
        while (offset < length)
        {
            if (!HasRoom(1))
                await FlushAsync(cancellationToken);
            var read = RandomAccess.Read(file, Room[..(int)Math.Min(Room.Length, length - offset)], offset);
            if (read == 0)
                throw new InvalidDataException($"A file ends after {offset} of {length} bytes.");
            offset += read;
            _filled += read;
            Position += read;
        }
    }

    public void Dispose() => EndTurn();

    private void Hand()
    {
        output.Advance(_filled);
        _handed += _filled;
        _filled = 0;
    }

    private async ValueTask TakeTurnAsync(CancellationToken cancellationToken)
    {
        if (_hasTurn)
            return;

        await Turns.WaitAsync(cancellationToken);
        _hasTurn = true;

        // As many threads work as there are turns, so one is nearly always free: whoever has it still lets go first what waits. Otherwise each
        // of 500 downloads that begin at once stands before who comes after it (450 ms).
        if (ThreadPool.PendingWorkItemCount > Few)
            await Task.Yield();
    }

    private void EndTurn()
    {
        if (_hasTurn)
            Turns.Release();
        _hasTurn = false;
    }

    private int Skipped(int length) => Position >= from ? 0 : (int)Math.Min(length, from - Position);
}
