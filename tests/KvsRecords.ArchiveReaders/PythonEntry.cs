namespace KvsRecords.ArchiveReaders;

/// <summary>A file of an archive, with all that Python's <c>zipfile</c> tells of its central header.</summary>
public sealed record PythonEntry(
    string Name,
    string Sha256,
    long Length,
    DateTime DosTime,
    uint Crc,
    long CompressedLength,
    int Flags,
    int Method,
    int ExtraLength,
    int CommentLength,
    int MadeBySystem,
    int VersionMadeBy,
    int VersionNeeded,
    uint ExternalAttributes,
    long HeaderOffset)
{
    /// <summary>The part that every reader tells.</summary>
    public ReadEntry Read => new(Name, Sha256, Length, DosTime);
}
