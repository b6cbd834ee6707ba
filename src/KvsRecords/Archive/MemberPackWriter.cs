using System.Buffers;
using KvsRecords.Storage;

namespace KvsRecords.Archive;

/// <summary>Makes packs of members, in memory.</summary>
/// <param name="length">How long they become, about, in bytes.</param>
public sealed class MemberPackWriter(int length)
{
    private readonly ArrayBufferWriter<byte> _members = new(length);
    private readonly ArrayBufferWriter<byte> _entries = new();

    private int _firstKey;
    private int _lastKey;

    /// <summary>The key of the first member, in UTF-8.</summary>
    public ReadOnlySpan<byte> FirstKey => _entries.WrittenSpan.Slice(MemberHeader.Size, _firstKey);

    /// <summary>The key of the last member, in UTF-8.</summary>
    public ReadOnlySpan<byte> LastKey => _entries.WrittenSpan[^_lastKey..];

    /// <summary>What it has so far.</summary>
    public PackedTotals Totals { get; private set; }

    /// <summary>How much of an archive it is so far, in bytes.</summary>
    public long Length => MemberPack.LengthOf(Totals);

    /// <summary>Adds the member at which somebody stands. It MUST NOT need ZIP64 fields.</summary>
    /// <exception cref="InvalidDataException">Its body is not as long as its header says.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public void Add(IMemberReader members)
    {
        var key = members.Key;
        var header = members.Header;
        var (packed, length) = MemberHeader.Lengths(header)
            ?? throw new ArgumentException("The member needs ZIP64 fields.", nameof(members));

        _members.Advance(ZipHeaders.WriteLocal(_members.GetSpan(ZipHeaders.LocalLength(key.Length, isWide: false)), key, header));
        AddBody(members, (int)packed);
        _entries.Write(header);
        _entries.Write(key);
        (_firstKey, _lastKey) = (Totals.Records == 0 ? key.Length : _firstKey, key.Length);
        Totals += new PackedTotals(1, key.Length, packed, length);
    }

    /// <summary>Writes what <see cref="MemberPack"/> reads.</summary>
    public void WriteTo(Stream output)
    {
        output.Write(_members.WrittenSpan);
        output.Write(_entries.WrittenSpan);
    }

    /// <summary>Begins another one.</summary>
    public void Clear()
    {
        _members.ResetWrittenCount();
        _entries.ResetWrittenCount();
        Totals = default;
    }

    private void AddBody(IMemberReader members, int length)
    {
        if (members.IsInFile)
        {
            using var file = members.OpenFile();
            var body = _members.GetSpan(length + 1);
            Check(RandomAccess.Read(file, body[..(length + 1)], 0), length);
            _members.Advance(length);
        }
        else
        {
            Check(members.Body.Length, length);
            _members.Write(members.Body);
        }
    }

    private static void Check(int length, int expected)
    {
        if (length != expected)
            throw new InvalidDataException($"A body is {length} bytes long instead of {expected}.");
    }
}
