namespace KvsRecords.ArchiveReaders;

/// <summary>An entry of an archive, with what its two headers say; both say the same.</summary>
/// <param name="Name">The name, decoded as UTF-8.</param>
/// <param name="Offset">Where its local header begins.</param>
/// <param name="DataOffset">Where its data begins.</param>
/// <param name="MadeBy">The version that made it, with the system in the upper byte (3: Unix).</param>
/// <param name="VersionNeeded">The version needed to extract it, times ten.</param>
/// <param name="Flags">The general purpose bits.</param>
/// <param name="Method">0: stored; 8: deflated.</param>
/// <param name="DosTime">Its time, without a zone.</param>
/// <param name="Crc">The CRC-32 of its content.</param>
/// <param name="CompressedLength">The length of its data.</param>
/// <param name="Length">The length of its content.</param>
/// <param name="LocalExtraLength">The length of the extra field of its local header.</param>
/// <param name="CentralExtraLength">The length of the extra field of its central header.</param>
/// <param name="ExternalAttributes">The file attributes; those of Unix are in the upper half.</param>
public sealed record ZipMember(
    string Name,
    long Offset,
    long DataOffset,
    int MadeBy,
    int VersionNeeded,
    int Flags,
    int Method,
    DateTime DosTime,
    uint Crc,
    long CompressedLength,
    long Length,
    int LocalExtraLength,
    int CentralExtraLength,
    uint ExternalAttributes)
{
    /// <summary>Bit 3: CRC and lengths come after the data.</summary>
    public bool HasDataDescriptor => (Flags & 0x0008) != 0;

    /// <summary>Bit 11: the name is UTF-8.</summary>
    public bool SaysUtf8 => (Flags & 0x0800) != 0;
}
