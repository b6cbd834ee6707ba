using System.Buffers.Binary;

namespace KvsRecords.Server.Emulator.Faults;

/// <summary>
/// The places where an archive's end record and its central directory begin. Source: sections 4.3.14 to 4.3.16 of the ZIP format.
/// </summary>
internal readonly record struct ZipEnd(long Start, long Directory)
{
    private const int Length = 22;
    private const int WideLength = 56;
    private const int LocatorLength = 20;

    /// <summary>Looks for the end of an archive without a comment, as those of this server are; null: it is no archive.</summary>
    public static ZipEnd? Find(FileStream file)
    {
        Span<byte> tail = stackalloc byte[WideLength + LocatorLength + Length];
        var read = (int)Math.Min(file.Length, tail.Length);
        tail = tail[..read];
        RandomAccess.Read(file.SafeFileHandle, tail, file.Length - read);
        if (read < Length || !tail[^Length..].StartsWith("PK\x05\x06"u8))
            return null;
        if (read == WideLength + LocatorLength + Length && tail.StartsWith("PK\x06\x06"u8))
            return new ZipEnd(file.Length - read, BinaryPrimitives.ReadInt64LittleEndian(tail[48..]));
        return new ZipEnd(file.Length - Length, BinaryPrimitives.ReadUInt32LittleEndian(tail[^6..]));
    }
}
