namespace KvsRecords.ArchiveReaders;

/// <summary>A file of an archive, as a reader saw it.</summary>
/// <param name="Name">Its name, decoded by the reader.</param>
/// <param name="Sha256">The hash of what the reader unpacked, in lower-case hexadecimal.</param>
/// <param name="Length">The length of what the reader unpacked, in bytes.</param>
/// <param name="DosTime">The time of its header, which has no time zone and only even seconds.</param>
public sealed record ReadEntry(string Name, string Sha256, long Length, DateTime DosTime);
