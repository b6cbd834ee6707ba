using System.Buffers.Binary;

namespace KvsRecords.Archive;

/// <summary>
/// The headers of a ZIP archive whose members are known before they are written. Sizes and CRC stand in the local header and no data
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
    public const int Longest = CentralSize + ExtraHead + (3 * sizeof(ulong));

    /// <summary>The length of the end of an archive where nothing needs ZIP64.</summary>
    public const int EndSize = 22;

    private const int LocalSize = 30;
    private const int CentralSize = 46;
    private const int ExtraHead = 4;
    private const int End64Size = 56;
    private const int Locator64Size = 20;

    private const ushort Version = 20;
    private const ushort Version64 = 45;
    private const ushort MadeByUnix = 3 << 8;
    private const ushort NameIsUtf8 = 1 << 11;
    private const ushort Zip64Tag = 1;

    // A regular file, readable by everybody and writable by its owner.
    private const uint RegularFile = 0b1000_000_110_100_100u << 16;

    /// <summary>The length of a local header with its key.</summary>
    public static int LocalLength(int key, in PackedRecord record) =>
        LocalSize + key + (record.Length >= Limit32 ? ExtraHead + (2 * sizeof(ulong)) : 0);

    /// <summary>The length of a header of the central directory with its key.</summary>
    public static int CentralLength(int key, in PackedRecord record, long offset)
    {
        var wide = CountWide(record, offset);
        return CentralSize + key + (wide == 0 ? 0 : ExtraHead + (wide * sizeof(ulong)));
    }

    /// <summary>The length of the end of an archive.</summary>
    public static int EndLength(long records, long directory, long offset) =>
        EndSize + (NeedsEnd64(records, directory, offset) ? End64Size + Locator64Size : 0);

    /// <summary>Writes a local header with its key, and says how long it is.</summary>
    public static int WriteLocal(Span<byte> target, ReadOnlySpan<byte> key, in PackedRecord record, uint time)
    {
        // Both sizes stand in the ZIP64 field of a local header, also where only one does not fit.
        var isWide = record.Length >= Limit32;
        Write32(target, 0x04034B50);
        Write16(target[4..], isWide ? Version64 : Version);
        WriteCommon(target[6..], key, record, time, isWide ? uint.MaxValue : (uint)record.PackedLength, isWide ? uint.MaxValue : (uint)record.Length);
        Write16(target[28..], isWide ? ExtraHead + (2 * sizeof(ulong)) : 0);
        key.CopyTo(target[LocalSize..]);
        if (isWide)
        {
            var extra = target[(LocalSize + key.Length)..];
            Write16(extra, Zip64Tag);
            Write16(extra[2..], 2 * sizeof(ulong));
            Write64(extra[4..], record.Length);
            Write64(extra[12..], record.PackedLength);
        }

        return LocalLength(key.Length, record);
    }

    /// <summary>Writes a header of the central directory with its key, and says how long it is.</summary>
    public static int WriteCentral(Span<byte> target, ReadOnlySpan<byte> key, in PackedRecord record, uint time, long offset)
    {
        var wide = CountWide(record, offset);
        Write32(target, 0x02014B50);
        Write16(target[4..], MadeByUnix | (wide > 0 ? Version64 : Version));
        Write16(target[6..], record.Length >= Limit32 || wide > 0 ? Version64 : Version);
        WriteCommon(target[8..], key, record, time, Masked(record.PackedLength), Masked(record.Length));
        Write16(target[30..], wide == 0 ? 0 : ExtraHead + (wide * sizeof(ulong)));

        // No comment, one disk, nothing said of text or binary.
        target[32..38].Clear();
        Write32(target[38..], RegularFile);
        Write32(target[42..], Masked(offset));
        key.CopyTo(target[CentralSize..]);
        if (wide > 0)
            WriteWide(target[(CentralSize + key.Length)..], record, offset, wide);
        return CentralLength(key.Length, record, offset);
    }

    /// <summary>Writes the end of an archive, and says how long it is.</summary>
    /// <param name="target">Where to.</param>
    /// <param name="records">How many members there are.</param>
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
        Write16(target[12..], MadeByUnix | Version64);
        Write16(target[14..], Version64);
        Write64(target[24..], records);
        Write64(target[32..], records);
        Write64(target[40..], directory);
        Write64(target[48..], offset);

        var locator = target[End64Size..];
        Write32(locator, 0x07064B50);
        Write64(locator[8..], offset + directory);
        Write32(locator[16..], 1);
    }

    private static void WriteCommon(Span<byte> target, ReadOnlySpan<byte> key, in PackedRecord record, uint time, uint packed, uint length)
    {
        Write16(target, System.Text.Ascii.IsValid(key) ? 0 : NameIsUtf8);
        Write16(target[2..], (int)record.Method);
        Write32(target[4..], time);
        Write32(target[8..], record.Crc32);
        Write32(target[12..], packed);
        Write32(target[16..], length);
        Write16(target[20..], key.Length);
    }

    // Exactly those that are masked, in this order.
    private static void WriteWide(Span<byte> extra, in PackedRecord record, long offset, int wide)
    {
        Write16(extra, Zip64Tag);
        Write16(extra[2..], wide * sizeof(ulong));
        extra = extra[ExtraHead..];
        foreach (var value in (ReadOnlySpan<long>)[record.Length, record.PackedLength, offset])
        {
            if (value < Limit32)
                continue;
            Write64(extra, value);
            extra = extra[sizeof(ulong)..];
        }
    }

    private static int CountWide(in PackedRecord record, long offset) =>
        (record.Length >= Limit32 ? 1 : 0) + (record.PackedLength >= Limit32 ? 1 : 0) + (offset >= Limit32 ? 1 : 0);

    private static bool NeedsEnd64(long records, long directory, long offset) =>
        records >= Limit16 || directory >= Limit32 || offset >= Limit32;

    private static uint Masked(long value) => value >= Limit32 ? uint.MaxValue : (uint)value;

    private static void Write16(Span<byte> target, int value) => BinaryPrimitives.WriteUInt16LittleEndian(target, (ushort)value);

    private static void Write32(Span<byte> target, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(target, value);

    private static void Write64(Span<byte> target, long value) => BinaryPrimitives.WriteInt64LittleEndian(target, value);
}
