namespace KvsRecords.ArchiveReaders;

/// <summary>What the end of an archive says (sections 4.3.14 to 4.3.16 of the ZIP format).</summary>
/// <param name="Offset">Where the first of the end's records begins.</param>
/// <param name="Count">The number of entries.</param>
/// <param name="DirectoryLength">The length of the central directory.</param>
/// <param name="DirectoryOffset">Where the central directory begins.</param>
/// <param name="IsZip64">Whether there are the two records of ZIP64.</param>
internal sealed record ZipEnd(long Offset, long Count, long DirectoryLength, long DirectoryOffset, bool IsZip64)
{
    private const uint Zip64EndRecord = 0x06064b50;
    private const uint Zip64Locator = 0x07064b50;
    private const int Zip64LocatorLength = 20;
    private const int Zip64EndRecordLength = 56;

    public static ZipEnd Read(ReadOnlySpan<byte> all, long at, uint signature)
    {
        var bytes = new Bytes(all, at);
        bytes.Signature(signature, "the end record, which must be last and without a comment");
        var (disk, directoryDisk, countHere, count) = (bytes.UInt16(), bytes.UInt16(), bytes.UInt16(), bytes.UInt16());
        var (length, offset, commentLength) = (bytes.UInt32(), bytes.UInt32(), bytes.UInt16());
        ZipLayout.Must((disk, directoryDisk, commentLength) == (0, 0, 0), "the end record tells of another disk or of a comment");
        ZipLayout.Must(countHere == count, $"the end record counts {countHere} and {count} entries");

        var ordinary = new ZipEnd(at, count, length, offset, IsZip64: false);
        var masked = count == 0xFFFF || length == uint.MaxValue || offset == uint.MaxValue;
        return masked ? ReadZip64(all, ordinary) : ordinary;
    }

    private static ZipEnd ReadZip64(ReadOnlySpan<byte> all, ZipEnd ordinary)
    {
        var locator = new Bytes(all, ordinary.Offset - Zip64LocatorLength);
        locator.Signature(Zip64Locator, "the locator of ZIP64");
        var (disk, at, disks) = (locator.UInt32(), locator.Int64(), locator.UInt32());
        ZipLayout.Must(
            (disk, at, disks) == (0, ordinary.Offset - Zip64LocatorLength - Zip64EndRecordLength, 1),
            "the locator of ZIP64 leads elsewhere");

        var bytes = new Bytes(all, at);
        bytes.Signature(Zip64EndRecord, "the end record of ZIP64");
        var (rest, _, versionNeeded) = (bytes.Int64(), bytes.UInt16(), bytes.UInt16());
        ZipLayout.Must((rest, versionNeeded) == (44, 45), $"the end record of ZIP64: length {rest}, version needed {versionNeeded}");
        var (here, directoryDisk, countHere, count) = (bytes.UInt32(), bytes.UInt32(), bytes.Int64(), bytes.Int64());
        ZipLayout.Must((here, directoryDisk) == (0, 0) && countHere == count, "the end record of ZIP64 tells of another disk");
        var found = new ZipEnd(at, count, bytes.Int64(), bytes.Int64(), IsZip64: true);

        ZipLayout.Must(ordinary.Count == Math.Min(found.Count, 0xFFFF), "the two end records count different entries");
        ZipLayout.Must(ordinary.DirectoryLength == Math.Min(found.DirectoryLength, uint.MaxValue), "the two end records differ in length");
        ZipLayout.Must(ordinary.DirectoryOffset == Math.Min(found.DirectoryOffset, uint.MaxValue), "the two end records differ in offset");
        return found;
    }
}
