namespace KvsRecords.Archive;

/// <summary>The facts of an entry that its headers state.</summary>
/// <param name="Crc32">The CRC-32 of the value.</param>
/// <param name="Length">The length of the value, in bytes.</param>
/// <param name="CompressedLength">The length of the compressed bytes; never more than <paramref name="Length"/>.</param>
/// <param name="Method">How they are compressed.</param>
public readonly record struct CompressedEntry(uint Crc32, long Length, long CompressedLength, CompressionMethod Method)
{
    /// <summary>Its two lengths.</summary>
    public EntryLengths Lengths => new(CompressedLength, Length);
}

/// <summary>The lengths of an entry, in bytes.</summary>
/// <param name="Compressed">The length of the compressed bytes.</param>
/// <param name="Value">The length of the value.</param>
public readonly record struct EntryLengths(long Compressed, long Value);

/// <summary>The method by which an entry is compressed, by its number in the ZIP format (section 4.4.5).</summary>
public enum CompressionMethod
{
    /// <summary>As they are.</summary>
    Stored = 0,

    /// <summary>Deflated (RFC 1951).</summary>
    Deflated = 8,
}
