namespace KvsRecords.Server.Emulator.Faults;

/// <summary>
/// Makes the CRC-32 of an archive's first entry wrong, in both of its headers: readers look at one or the other. A body that is no archive,
/// or an empty one, stays as it is. Source: sections 4.3.7 and 4.3.12 of the ZIP format.
/// </summary>
internal static class WrongCrc
{
    private const int InLocalHeader = 14;
    private const int InCentralHeader = 16;

    public static void PutInto(FileStream file)
    {
        if (ZipEnd.Find(file) is not { } end || end.Directory == 0 || end.Directory >= end.Start)
            return;

        // An archive of this server begins with its first entry.
        Flip(file, InLocalHeader);
        Flip(file, end.Directory + InCentralHeader);
    }

    private static void Flip(FileStream file, long offset)
    {
        Span<byte> one = stackalloc byte[1];
        RandomAccess.Read(file.SafeFileHandle, one, offset);
        one[0] = (byte)~one[0];
        RandomAccess.Write(file.SafeFileHandle, one, offset);
    }
}
