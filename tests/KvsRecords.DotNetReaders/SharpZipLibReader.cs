using ICSharpCode.SharpZipLib.Zip;

namespace KvsRecords.DotNetReaders;

/// <summary>SharpZipLib.</summary>
internal static class SharpZipLibReader
{
    public static void Read(string path, Action<string, Stream> entry)
    {
        using var zip = new ZipFile(path);
        foreach (ZipEntry file in zip)
        {
            using var body = zip.GetInputStream(file);
            entry(file.Name, body);
        }
    }

    public static void Stream(string path, Action<string, Stream> entry)
    {
        using var zip = new ZipInputStream(File.OpenRead(path));
        while (zip.GetNextEntry() is { } file)
            entry(file.Name, zip);
    }
}
