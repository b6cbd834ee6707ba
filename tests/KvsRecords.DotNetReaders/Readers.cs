namespace KvsRecords.DotNetReaders;

/// <summary>All of them: each library by the central directory and, where it can, from the first byte to the last.</summary>
internal static class Readers
{
    public static Reader Named(string name) => name switch
    {
        "System.IO.Compression" => new(typeof(System.IO.Compression.ZipFile).Assembly, FrameworkReader.Read),
        "SharpZipLib ZipFile" => new(typeof(ICSharpCode.SharpZipLib.Zip.ZipFile).Assembly, SharpZipLibReader.Read),
        "SharpZipLib ZipInputStream" => new(typeof(ICSharpCode.SharpZipLib.Zip.ZipInputStream).Assembly, SharpZipLibReader.Stream),
        "SharpCompress ZipArchive" => new(typeof(SharpCompress.Archives.Zip.ZipArchive).Assembly, SharpCompressReader.Read),
        "SharpCompress ZipReader" => new(typeof(SharpCompress.Readers.Zip.ZipReader).Assembly, SharpCompressReader.Stream),
        _ => throw new ArgumentException($"There is no reader \"{name}\"."),
    };
}
