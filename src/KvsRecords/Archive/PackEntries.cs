using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Archive;

/// <summary>Keys and headers of the members of a pack, one after the other: what the central directory needs of them.</summary>
public sealed class PackEntries
{
    // Room for the longest key, and not so much that the garbage collector takes it for something large.
    private const int BufferSize = 80 * 1024;

    private const int KeyLengthOffset = 22;

    private readonly byte[] _buffer = new byte[BufferSize];
    private SafeFileHandle? _file;
    private long _position;
    private long _left;
    private int _start;
    private int _end;
    private int _keyLength;

    /// <summary>The header, as <see cref="MemberHeader"/> makes it. Good until the next one.</summary>
    public ReadOnlySpan<byte> Header => _buffer.AsSpan(_start, MemberHeader.Size);

    /// <summary>The key, in UTF-8. Good until the next one.</summary>
    public ReadOnlySpan<byte> Key => _buffer.AsSpan(_start + MemberHeader.Size, _keyLength);

    /// <summary>Begins with a pack, which MUST stay open.</summary>
    public void Begin(MemberPack pack)
    {
        (_file, _position, _left) = (pack.File, pack.Length, pack.Totals.Records);
        (_start, _end, _keyLength) = (0, 0, 0);
    }

    /// <summary>Goes to the next member; false: there is none.</summary>
    /// <exception cref="IOException">The pack cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is cut off.</exception>
    public bool MoveNext()
    {
        _start += _keyLength == 0 ? 0 : MemberHeader.Size + _keyLength;
        _keyLength = 0;
        if (_left == 0)
            return false;

        if (_end - _start < MemberHeader.Size)
            Fill(MemberHeader.Size);
        var keyLength = BinaryPrimitives.ReadUInt16LittleEndian(_buffer.AsSpan(_start + KeyLengthOffset));
        if (_end - _start < MemberHeader.Size + keyLength)
            Fill(MemberHeader.Size + keyLength);
        _keyLength = keyLength;
        _left--;
        return true;
    }

    private void Fill(int atLeast)
    {
        _buffer.AsSpan(_start.._end).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        while (_end < atLeast)
        {
            var read = RandomAccess.Read(_file!, _buffer.AsSpan(_end), _position);
            if (read == 0)
                throw new InvalidDataException("A pack of members is cut off.");
            _end += read;
            _position += read;
        }
    }
}
