using System.Buffers.Binary;

namespace KvsRecords.Archive;

/// <summary>
/// The headers of a ZIP archive whose entries are known before they are written. Sizes and CRC stand in the local header and no data
/// descriptor follows; ZIP64 fields are there exactly where a value does not fit without them. Source: sections 4.3.7, 4.3.12 and
/// 4.3.14 to 4.3.16 of the ZIP format, 4.5.3 for ZIP64.
/// </summary>
internal static class ZipHeaders
{
    /// <summary>From this value on, a field of four bytes says that the value stands in a ZIP64 field.</summary>
    public const long Limit32 = uint.MaxValue;

    /// <summary>The same for a field of two bytes.</summary>
    public const long Limit16 = ushort.MaxValue;

    /// <summary>The most that a header takes, without the key, in bytes.</summary>
    public const int Longest = CentralSize + EntryHeader.ExtraHead + (3 * sizeof(ulong));

    /// <summary>The length of the end of an archive where nothing needs ZIP64.</summary>
    public const int EndSize = 22;

    private const int LocalSize = 30;
    private const int CentralSize = 46;
    private const int End64Size = 56;
    private const int Locator64Size = 20;

    private const ushort MadeByUnix = 3 << 8;
    private const ushort Zip64Tag = 1;

    // A regular file, readable by all and writable by its owner.
    private const uint RegularFile = 0b1000_000_110_100_100u << 16;

    /// <summary>The length of a local header with its key.</summary>
    public static int LocalLength(int key, bool isWide) => LocalSize + key + EntryHeader.LocalExtraLength(isWide);

    /// <summary>The length of a header of the central directory with its key, where nothing needs ZIP64.</summary>
    public static int CentralLength(int key) => CentralSize + key;

    /// <inheritdoc cref="CentralLength(int)"/>
    public static int CentralLength(int key, in EntryLengths lengths, long offset)
    {
        var wide = CountWide(lengths, offset);
        return CentralSize + key + (wide == 0 ? 0 : EntryHeader.ExtraHead + (wide * sizeof(ulong)));
    }

    /// <summary>The length of the end of an archive.</summary>
    public static int EndLength(long records, long directory, long offset) =>
        EndSize + (NeedsEnd64(records, directory, offset) ? End64Size + Locator64Size : 0);

    /// <summary>Writes a local header with its key, without a ZIP64 field, and says how long it is.</summary>
    public static int WriteLocal(Span<byte> target, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header)
    {
        Write32(target, 0x04034B50);
        header.CopyTo(target[4..]);
        key.CopyTo(target[LocalSize..]);
        return LocalSize + key.Length;
    }

    /// <summary>The same with a ZIP64 field, which has both sizes.</summary>
    public static int WriteWideLocal(Span<byte> target, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, in EntryLengths lengths)
    {
        var extra = target[WriteLocal(target, key, header)..];
        Write16(extra, Zip64Tag);
        Write16(extra[2..], 2 * sizeof(ulong));
        Write64(extra[4..], lengths.Value);
        Write64(extra[12..], lengths.Compressed);
        return LocalLength(key.Length, isWide: true);
    }

    /// <summary>Writes a header of the central directory with its key, without a ZIP64 field, and says how long it is.</summary>
    public static int WriteCentral(Span<byte> target, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, uint offset)
    {
        Write32(target, 0x02014B50);
        Write16(target[4..], MadeByUnix | EntryHeader.Version);
        header.CopyTo(target[6..]);

        // No comment, one disk, nothing said of text or binary.
        target[32..38].Clear();
        Write32(target[38..], RegularFile);
        Write32(target[42..], offset);
        key.CopyTo(target[CentralSize..]);
        return CentralSize + key.Length;
    }

    /// <summary>The same with a ZIP64 field, which has exactly the values that are masked.</summary>
    public static int WriteWideCentral(Span<byte> target, ReadOnlySpan<byte> key, ReadOnlySpan<byte> header, in EntryLengths lengths, long offset)
    {
        WriteCentral(target, key, header, Masked(offset));
        var wide = CountWide(lengths, offset);
        Write16(target[4..], MadeByUnix | EntryHeader.Version64);
        Write16(target[6..], EntryHeader.Version64);
        Write32(target[20..], Masked(lengths.Compressed));
        Write32(target[24..], Masked(lengths.Value));
        Write16(target[30..], EntryHeader.ExtraHead + (wide * sizeof(ulong)));
        WriteWide(target[(CentralSize + key.Length)..], lengths, offset, wide);
        return CentralLength(key.Length, lengths, offset);
    }

    /// <summary>Writes the end of an archive, and says how long it is.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="records">How many entries there are.</param>
    /// <param name="directory">The length of the central directory.</param>
    /// <param name="offset">Where it begins.</param>
    public static int WriteEnd(Span<byte> target, long records, long directory, long offset)
    {
        var end = target;
        if (NeedsEnd64(records, directory, offset))
        {
            WriteEnd64(target, records, directory, offset);
            end = target[(End64Size + Locator64Size)..];
        }

        end[..EndSize].Clear();
        Write32(end, 0x06054B50);
        var count = (ushort)Math.Min(records, Limit16);
        Write16(end[8..], count);
        Write16(end[10..], count);
        Write32(end[12..], Masked(directory));
        Write32(end[16..], Masked(offset));
        return EndLength(records, directory, offset);
    }

    private static void WriteEnd64(Span<byte> target, long records, long directory, long offset)
    {
        target[..(End64Size + Locator64Size)].Clear();
        Write32(target, 0x06064B50);
        Write64(target[4..], End64Size - 12);
        Write16(target[12..], MadeByUnix | EntryHeader.Version64);
        Write16(target[14..], EntryHeader.Version64);
        Write64(target[24..], records);
        Write64(target[32..], records);
        Write64(target[40..], directory);
        Write64(target[48..], offset);

        var locator = target[End64Size..];
        Write32(locator, 0x07064B50);
        Write64(locator[8..], offset + directory);
        Write32(locator[16..], 1);
    }

    // Exactly those that are masked, in this order.
    private static void WriteWide(Span<byte> extra, in EntryLengths lengths, long offset, int wide)
    {
        Write16(extra, Zip64Tag);
        Write16(extra[2..], wide * sizeof(ulong));
        extra = extra[EntryHeader.ExtraHead..];
        foreach (var value in (ReadOnlySpan<long>)[lengths.Value, lengths.Compressed, offset])
        {
            if (value < Limit32)
                continue;
            Write64(extra, value);
            extra = extra[sizeof(ulong)..];
        }
    }

    private static int CountWide(in EntryLengths lengths, long offset) =>
        (lengths.Value >= Limit32 ? 1 : 0) + (lengths.Compressed >= Limit32 ? 1 : 0) + (offset >= Limit32 ? 1 : 0);

    private static bool NeedsEnd64(long records, long directory, long offset) =>
        records >= Limit16 || directory >= Limit32 || offset >= Limit32;

    private static uint Masked(long value) => value >= Limit32 ? uint.MaxValue : (uint)value;

    private static void Write16(Span<byte> target, int value) => BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)value);

    private static void Write32(Span<byte> target, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(target, value);

    private static void Write64(Span<byte> target, long value) => BinaryPrimitives.WriteInt64LittleEndian(target, value);
}
