using KvsRecords.Storage;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Archive;

/// <summary>
/// Members that follow each other, ready in one file: first as an archive has them, local headers and packed bytes, and then what their
/// headers in the central directory are made of. So many small ones leave with one read.
/// </summary>
/// <param name="file">The file, which is closed with the pack.</param>
/// <param name="totals">What its members are all together. None of them MUST need a ZIP64 field of its own.</param>
public sealed class MemberPack(SafeFileHandle file, PackedTotals totals) : IDisposable
{
    /// <summary>What its members are all together.</summary>
    public PackedTotals Totals => totals;

    /// <summary>How much of an archive it is, in bytes.</summary>
    public long Length => LengthOf(totals);

    /// <summary>Whether the file is as long as such a pack is, so that it is whole.</summary>
    public bool IsWhole => RandomAccess.GetLength(file) == FileLengthOf(totals);

    internal SafeFileHandle File => file;

    /// <summary>How long the file of such a pack is, in bytes.</summary>
    public static long FileLengthOf(in PackedTotals totals) => LengthOf(totals) + (totals.Records * MemberHeader.Size) + totals.KeyBytes;

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    /// <summary>How much of an archive members are that need no ZIP64 fields, in bytes.</summary>
    internal static long LengthOf(in PackedTotals totals) =>
        (totals.Records * ZipHeaders.LocalLength(0, isWide: false)) + totals.KeyBytes + totals.PackedBytes;
}
