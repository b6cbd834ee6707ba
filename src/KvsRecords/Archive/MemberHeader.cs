using System.Buffers.Binary;

namespace KvsRecords.Archive;

/// <summary>
/// What both headers of a ZIP member have in common, from the version that is needed to the length of the extra field, ready to be copied:
/// made once, when the record is written. Source: sections 4.3.7 and 4.3.12 of the ZIP format.
/// </summary>
public static class MemberHeader
{
    /// <summary>Its length, in bytes.</summary>
    public const int Size = 26;

    private const int PackedLengthOffset = 14;

    /// <summary>The header of a member, as the local header has it.</summary>
    /// <param name="key">The key, in UTF-8.</param>
    /// <param name="record">What the headers say of it.</param>
    /// <param name="modified">When the value was last changed, in milliseconds since 1970, UTC.</param>
    public static byte[] Create(ReadOnlySpan<byte> key, in PackedRecord record, long modified)
    {
        var header = new byte[Size];
        ZipHeaders.WriteCommon(header, key, record, ZipTime.Of(modified));
        return header;
    }

    /// <summary>Packed length and length, where a header has room for them; null: they stand in a ZIP64 field.</summary>
    public static (long Packed, long Length)? Lengths(ReadOnlySpan<byte> header)
    {
        var packed = BinaryPrimitives.ReadUInt32LittleEndian(header[PackedLengthOffset..]);
        return packed == uint.MaxValue ? null : (packed, BinaryPrimitives.ReadUInt32LittleEndian(header[(PackedLengthOffset + 4)..]));
    }
}
