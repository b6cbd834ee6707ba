using System.Buffers.Binary;

namespace KvsRecords.Archive;

/// <summary>
/// The bytes that both headers of a ZIP entry have in common, from the version that is needed to the length of the extra field, ready to be copied:
/// made once, when the record is written. Source: sections 4.3.7 and 4.3.12 of the ZIP format.
/// </summary>
public static class EntryHeader
{
    /// <summary>Its length, in bytes.</summary>
    public const int Size = 26;

    private const int FlagsOffset = 2;
    private const int MethodOffset = 4;
    private const int TimeOffset = 6;
    private const int CompressedLengthOffset = 14;
    private const int LengthOffset = 18;
    private const int KeyLengthOffset = 22;
    private const int ExtraLengthOffset = 24;

    /// <summary>The header of an entry, as the local header has it.</summary>
    /// <param name="key">The key, in UTF-8.</param>
    /// <param name="entry">The facts that the headers state.</param>
    /// <param name="modified">When the value was last changed, in milliseconds since 1970, UTC.</param>
    public static byte[] Create(ReadOnlySpan<byte> key, in CompressedEntry entry, long modified)
    {
        var header = new byte[Size];
        ZipHeaders.WriteCommon(header, key, entry, ZipTime.Of(modified));
        return header;
    }

    /// <summary>The lengths, where a header has room for them; null: they stand in a ZIP64 field.</summary>
    public static EntryLengths? Lengths(ReadOnlySpan<byte> header)
    {
        var compressed = BinaryPrimitives.ReadUInt32LittleEndian(header[CompressedLengthOffset..]);
        return compressed == uint.MaxValue ? null : new(compressed, BinaryPrimitives.ReadUInt32LittleEndian(header[LengthOffset..]));
    }

    /// <summary>
    /// Checks that a header can have been made for a key. It is sent as it is, so the fields that readers need to find their way through an
    /// archive MUST be right.
    /// </summary>
    public static bool Fits(ReadOnlySpan<byte> header, ReadOnlySpan<byte> key)
    {
        if (header.Length != Size || key.Length > ushort.MaxValue || Read16(header, KeyLengthOffset) != key.Length)
            return false;

        var method = (CompressionMethod)Read16(header, MethodOffset);
        if (method is not (CompressionMethod.Stored or CompressionMethod.Deflated) || Read16(header, FlagsOffset) != ZipHeaders.FlagsOf(key))
            return false;

        var lengths = Lengths(header);
        return Read16(header, 0) == ZipHeaders.VersionNeeded(isWide: lengths is null)
            && Read16(header, ExtraLengthOffset) == ZipHeaders.LocalExtraLength(isWide: lengths is null)
            && ZipTime.IsTime(BinaryPrimitives.ReadUInt32LittleEndian(header[TimeOffset..]))
            && (lengths is not { } known || method == CompressionMethod.Deflated || known.Compressed == known.Value);
    }

    private static int Read16(ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(header[offset..]);
}
