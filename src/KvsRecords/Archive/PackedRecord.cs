namespace KvsRecords.Archive;

/// <summary>What the headers of a ZIP member say of its bytes.</summary>
/// <param name="Crc32">The CRC-32 of the value.</param>
/// <param name="Length">The length of the value, in bytes.</param>
/// <param name="PackedLength">The length of the packed bytes; never more than <paramref name="Length"/>.</param>
/// <param name="Method">How they are packed.</param>
public readonly record struct PackedRecord(uint Crc32, long Length, long PackedLength, PackingMethod Method);
