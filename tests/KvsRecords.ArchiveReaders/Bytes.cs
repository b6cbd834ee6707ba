using System.Buffers.Binary;

namespace KvsRecords.ArchiveReaders;

/// <summary>Reads little-endian numbers one after the other; running out of bytes is the archive's fault.</summary>
internal ref struct Bytes(ReadOnlySpan<byte> all, long start)
{
    private readonly ReadOnlySpan<byte> _all = all;

    public long Position { get; private set; } = start;

    public ReadOnlySpan<byte> Take(long count)
    {
        if (Position < 0 || count < 0 || Position + count > _all.Length)
            throw new UnreadableArchiveException($"{count} bytes at {Position} are not in an archive of {_all.Length}");

        var taken = _all.Slice((int)Position, (int)count);
        Position += count;
        return taken;
    }

    public int UInt16() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint UInt32() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public void Signature(uint expected, string of)
    {
        var at = Position;
        var found = UInt32();
        if (found != expected)
            throw new UnreadableArchiveException($"{of}: signature {found:x8} at {at}, not {expected:x8}");
    }
}
