namespace KvsRecords.Benchmarks;

/// <summary>A folder that is gone when the benchmark ends.</summary>
internal sealed class TempFolder : IDisposable
{
    private readonly DirectoryInfo _folder;

    private TempFolder(DirectoryInfo folder) => _folder = folder;

    public string Path => _folder.FullName;

    public static TempFolder Create() => new(Directory.CreateTempSubdirectory("kvs-records-benchmarks-"));

    public string Inside(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => _folder.Delete(recursive: true);
}
