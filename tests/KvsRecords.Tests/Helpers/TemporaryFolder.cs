namespace KvsRecords.Tests;

/// <summary>A folder that goes with the test.</summary>
public sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("kvs-records-");
    private int _files;

    public async Task<string> SaveAsync(byte[] archive)
    {
        var path = Path.Combine(_folder.FullName, $"{Interlocked.Increment(ref _files)}.zip");
        await File.WriteAllBytesAsync(path, archive, TestContext.Current.CancellationToken);
        return path;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
