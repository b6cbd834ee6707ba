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

    /// <summary>The version of the format that a reader needs, times ten.</summary>
    internal const ushort Version = 20;

    /// <summary>The same for ZIP64.</summary>
    internal const ushort Version64 = 45;

    /// <summary>The length of what stands before the values of an extra field: its tag and its length.</summary>
    internal const int ExtraHead = 4;

    private const ushort NameIsUtf8 = 1 << 11;

    private const int VersionOffset = 0;
    private const int FlagsOffset = 2;
    private const int MethodOffset = 4;
    private const int TimeOffset = 6;
    private const int CrcOffset = 10;
    private const int CompressedLengthOffset = 14;
    private const int LengthOffset = 18;
    private const int KeyLengthOffset = 22;
    private const int ExtraLengthOffset = 24;

    /// <summary>
    /// The header of an entry, as the local header has it: both sizes stand in its ZIP64 field, also where only one of them does not fit.
    /// </summary>
    /// <param name="key">The key, in UTF-8.</param>
    /// <param name="entry">The facts that the headers state.</param>
    /// <param name="modified">When the value was last changed, in milliseconds since 1970, UTC.</param>
    public static byte[] Create(ReadOnlySpan<byte> key, in CompressedEntry entry, long modified)
    {
        var header = new byte[Size];
        var isWide = entry.Length >= ZipHeaders.Limit32;
        Write16(header, VersionOffset, VersionNeeded(isWide));
        Write16(header, FlagsOffset, FlagsOf(key));
        Write16(header, MethodOffset, (int)entry.Method);
        Write32(header, TimeOffset, ZipTime.Of(modified));
        Write32(header, CrcOffset, entry.Crc32);
        Write32(header, CompressedLengthOffset, isWide ? uint.MaxValue : (uint)entry.CompressedLength);
        Write32(header, LengthOffset, isWide ? uint.MaxValue : (uint)entry.Length);
        Write16(header, KeyLengthOffset, key.Length);
        Write16(header, ExtraLengthOffset, LocalExtraLength(isWide));
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
        if (method is not (CompressionMethod.Stored or CompressionMethod.Deflated) || Read16(header, FlagsOffset) != FlagsOf(key))
            return false;

        var lengths = Lengths(header);
        return Read16(header, VersionOffset) == VersionNeeded(isWide: lengths is null)
            && Read16(header, ExtraLengthOffset) == LocalExtraLength(isWide: lengths is null)
            && ZipTime.IsTime(BinaryPrimitives.ReadUInt32LittleEndian(header[TimeOffset..]))
            && (lengths is not { } known || method == CompressionMethod.Deflated || known.Compressed == known.Value);
    }

    /// <summary>The length of what follows the key in a local header.</summary>
    internal static int LocalExtraLength(bool isWide) => isWide ? ExtraHead + (2 * sizeof(ulong)) : 0;

    private static int VersionNeeded(bool isWide) => isWide ? Version64 : Version;

    private static int FlagsOf(ReadOnlySpan<byte> key) => System.Text.Ascii.IsValid(key) ? 0 : NameIsUtf8;

    private static void Write16(Span<byte> header, int offset, int value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(header[offset..], (ushort)value);

    private static void Write32(Span<byte> header, int offset, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(header[offset..], value);

    private static int Read16(ReadOnlySpan<byte> header, int offset) => BinaryPrimitives.ReadUInt16LittleEndian(header[offset..]);
}
