using System.IO.Compression;

namespace KvsRecords.DotNetReaders;

/// <summary>What .NET itself has.</summary>
internal static class FrameworkReader
{
    public static void Read(string path, Action<string, Stream> entry)
    {
        using var zip = ZipFile.OpenRead(path);
        foreach (var file in zip.Entries)
        {
            using var body = file.Open();
            entry(file.FullName, body);
        }
    }
}
