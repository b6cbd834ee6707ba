namespace KvsRecords.ArchiveReaders;

/// <summary>
/// The extra field of ZIP64 (section 4.5.3 of the ZIP format): exactly the numbers that are masked in the header, and no other
/// extra field beside it.
/// </summary>
internal static class Zip64Field
{
    private const int Tag = 1;

    public static (long Length, long Compressed, long Offset) Read(
        ReadOnlySpan<byte> extra, string name, uint length, uint compressed, uint offset)
    {
        var masked = new[] { length, compressed, offset }.Count(number => number == uint.MaxValue);
        if (masked == 0)
        {
            ZipLayout.Must(extra.IsEmpty, $"'{name}': an extra field of {extra.Length} bytes, and no number needs one");
            return (length, compressed, offset);
        }

        var bytes = new Bytes(extra, 0);
        var (tag, size) = (bytes.UInt16(), bytes.UInt16());
        ZipLayout.Must(
            (tag, size, extra.Length) == (Tag, masked * 8, 4 + (masked * 8)),
            $"'{name}': {masked} masked numbers, but field {tag} of {size} bytes");
        return (
            length == uint.MaxValue ? bytes.Int64() : length,
            compressed == uint.MaxValue ? bytes.Int64() : compressed,
            offset == uint.MaxValue ? bytes.Int64() : offset);
    }
}
