using System.IO.Compression;
using System.Text;

namespace KvsRecords.ArchiveReaders;

/// <summary>
/// The layout of an archive, read more strictly than any program reads: every byte must belong to something, each entry must
/// follow the one before without a gap, in the order of the central directory, and the two headers of an entry must agree.
/// Source: APPNOTE.TXT 6.3.10 (the ZIP format), section 4.3.
/// </summary>
public sealed class ZipLayout
{
    private const uint LocalHeader = 0x04034b50;
    private const uint CentralHeader = 0x02014b50;
    private const uint Descriptor = 0x08074b50;
    private const uint EndRecord = 0x06054b50;
    private const int EndRecordLength = 22;

    private readonly ReadOnlyMemory<byte> _archive;

    private ZipLayout(ReadOnlyMemory<byte> archive, ZipEnd end, IReadOnlyList<ZipMember> members) =>
        (_archive, IsZip64, Members) = (archive, end.IsZip64, members);

    /// <summary>The entries, in the order of their bytes and of the central directory.</summary>
    public IReadOnlyList<ZipMember> Members { get; }

    /// <summary>Whether it has the end record of ZIP64; it has one only where the ordinary one has no room for a number.</summary>
    public bool IsZip64 { get; }

    /// <summary>Whether the signature of an end record is anywhere in these bytes: a reader might take them for an archive.</summary>
    public static bool HasEndRecord(ReadOnlySpan<byte> bytes) => bytes.IndexOf("PK\u0005\u0006"u8) >= 0;

    /// <summary>Reads an archive.</summary>
    /// <exception cref="UnreadableArchiveException">Something is not as it must be; the message says what, and where.</exception>
    public static ZipLayout Read(ReadOnlyMemory<byte> archive)
    {
        var all = archive.Span;
        Must(all.Length >= EndRecordLength, $"{all.Length} bytes are too few for an archive");
        var end = ZipEnd.Read(all, all.Length - EndRecordLength, EndRecord);

        var central = new Bytes(all, end.DirectoryOffset);
        var next = 0L;
        var members = new List<ZipMember>();
        for (var i = 0L; i < end.Count; i++)
        {
            var (said, extra, localOffset) = ReadCentral(ref central);
            Must(localOffset == next, $"'{said.Name}': its local header is said to be at {localOffset}; what comes before ends at {next}");
            members.Add(ReadLocal(all, said with { Offset = localOffset, CentralExtraLength = extra }, out next));
        }

        Must(next == end.DirectoryOffset, $"the entries end at {next}, the central directory begins at {end.DirectoryOffset}");
        Must(central.Position == end.DirectoryOffset + end.DirectoryLength, "the central directory is not as long as the end record says");
        Must(central.Position == end.Offset, $"the central directory ends at {central.Position}, the end record begins at {end.Offset}");
        return new ZipLayout(archive, end, members);
    }

    /// <summary>Unpacks an entry.</summary>
    /// <exception cref="UnreadableArchiveException">CRC or length are not what the headers say.</exception>
    public byte[] ContentOf(ZipMember member)
    {
        var data = _archive.Slice((int)member.DataOffset, (int)member.CompressedLength).ToArray();
        if (member.Method == 8)
        {
            using var inflated = new MemoryStream();
            using (var deflate = new DeflateStream(new MemoryStream(data), CompressionMode.Decompress))
                deflate.CopyTo(inflated);
            data = inflated.ToArray();
        }

        Must(data.Length == member.Length, $"'{member.Name}': {data.Length} bytes of content, not {member.Length}");
        Must(Crc32.Of(data) == member.Crc, $"'{member.Name}': CRC-32 {Crc32.Of(data):x8}, not {member.Crc:x8}");
        return data;
    }

    private static (ZipMember Said, int ExtraLength, long LocalOffset) ReadCentral(ref Bytes bytes)
    {
        bytes.Signature(CentralHeader, "a central header");
        var madeBy = bytes.UInt16();
        var (versionNeeded, flags, method, time) = (bytes.UInt16(), bytes.UInt16(), bytes.UInt16(), bytes.UInt32());
        var (crc, compressed, length) = (bytes.UInt32(), bytes.UInt32(), bytes.UInt32());
        var (nameLength, extraLength, commentLength) = (bytes.UInt16(), bytes.UInt16(), bytes.UInt16());
        var (disk, internalAttributes, externalAttributes, offset) = (bytes.UInt16(), bytes.UInt16(), bytes.UInt32(), bytes.UInt32());
        var name = Utf8(bytes.Take(nameLength));
        var extra = Zip64Field.Read(bytes.Take(extraLength), name, length, compressed, offset);

        Must(commentLength == 0, $"'{name}': has a comment");
        Must(disk == 0 && internalAttributes == 0, $"'{name}': disk {disk}, internal attributes {internalAttributes}");
        Must(method is 0 or 8, $"'{name}': method {method}");
        Must(method == 8 || extra.Compressed == extra.Length, $"'{name}': stored, but {extra.Length} bytes became {extra.Compressed}");
        var said = new ZipMember(
            name, 0, 0, madeBy, versionNeeded, flags, method, DosTime(time), crc, extra.Compressed, extra.Length, 0, 0, externalAttributes);
        return (said, extraLength, extra.Offset);
    }

    private static ZipMember ReadLocal(ReadOnlySpan<byte> all, ZipMember said, out long end)
    {
        var bytes = new Bytes(all, said.Offset);
        bytes.Signature(LocalHeader, $"the local header of '{said.Name}'");
        var (versionNeeded, flags, method, time) = (bytes.UInt16(), bytes.UInt16(), bytes.UInt16(), bytes.UInt32());
        var (crc, compressed, length) = (bytes.UInt32(), bytes.UInt32(), bytes.UInt32());
        var (nameLength, extraLength) = (bytes.UInt16(), bytes.UInt16());
        var name = Utf8(bytes.Take(nameLength));
        var extra = Zip64Field.Read(bytes.Take(extraLength), name, length, compressed, offset: 0);

        var known = said.HasDataDescriptor ? (0U, 0L, 0L) : (said.Crc, said.CompressedLength, said.Length);
        Must(name == said.Name, $"'{said.Name}': the local header calls it '{name}'");
        Must(
            (versionNeeded, flags, method, DosTime(time)) == (said.VersionNeeded, said.Flags, said.Method, said.DosTime),
            $"'{name}': version, flags, method or time of the local and the central header differ");
        Must(
            (crc, extra.Compressed, extra.Length) == known,
            $"'{name}': CRC and lengths of the local header are {(crc, extra.Compressed, extra.Length)}, not {known}");

        var dataOffset = bytes.Position;
        bytes.Take(said.CompressedLength);
        if (said.HasDataDescriptor)
            ReadDescriptor(ref bytes, said);
        end = bytes.Position;
        return said with { DataOffset = dataOffset, LocalExtraLength = extraLength };
    }

    private static void ReadDescriptor(ref Bytes bytes, ZipMember said)
    {
        bytes.Signature(Descriptor, $"the data descriptor of '{said.Name}'");
        var found = (bytes.UInt32(), (long)bytes.UInt32(), (long)bytes.UInt32());
        var expected = (said.Crc, said.CompressedLength, said.Length);
        Must(found == expected, $"'{said.Name}': its data descriptor says {found}, not {expected}");
    }

    private static DateTime DosTime(uint value)
    {
        var (date, time) = ((int)(value >> 16), (int)(value & 0xFFFF));
        try
        {
            return new DateTime(
                1980 + (date >> 9), (date >> 5) & 0xF, date & 0x1F,
                time >> 11, (time >> 5) & 0x3F, (time & 0x1F) * 2, DateTimeKind.Unspecified);
        }
        catch (ArgumentOutOfRangeException)
        {
            throw new UnreadableArchiveException($"{value:x8} is no DOS date and time");
        }
    }

    private static string Utf8(ReadOnlySpan<byte> name)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(name);
        }
        catch (DecoderFallbackException)
        {
            throw new UnreadableArchiveException($"the name {Convert.ToHexString(name)} is not UTF-8");
        }
    }

    internal static void Must(bool holds, string otherwise)
    {
        if (!holds)
            throw new UnreadableArchiveException(otherwise);
    }
}
