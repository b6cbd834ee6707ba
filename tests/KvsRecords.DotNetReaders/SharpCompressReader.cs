using SharpCompress.Archives.Zip;
using SharpCompress.Readers.Zip;

namespace KvsRecords.DotNetReaders;

/// <summary>SharpCompress.</summary>
internal static class SharpCompressReader
{
    public static void Read(string path, Action<string, Stream> entry)
    {
        using var zip = ZipArchive.OpenArchive(path);
        foreach (var file in zip.Entries)
        {
            using var body = file.OpenEntryStream();
            entry(file.Key!, body);
        }
    }

    public static void Stream(string path, Action<string, Stream> entry)
    {
        using var zip = ZipReader.OpenReader(File.OpenRead(path));
        while (zip.MoveToNextEntry())
        {
            using var body = zip.OpenEntryStream();
            entry(zip.Entry.Key!, body);
        }
    }
}
