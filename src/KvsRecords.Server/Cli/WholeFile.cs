namespace KvsRecords.Server.Cli;

/// <summary>
/// A file that has its name only once it is whole, over the file that had it before; until then it is beside it under another.
/// </summary>
internal sealed class WholeFile : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private bool _isWhole;

    /// <exception cref="IOException">It cannot be written there.</exception>
    public WholeFile(string path)
    {
        _path = path;
        _temporary = Path.Join(Path.GetDirectoryName(path), $".{Path.GetFileName(path)}.{Path.GetRandomFileName()}.tmp");
        Stream = new FileStream(_temporary, FileMode.CreateNew, FileAccess.Write);
    }

    public FileStream Stream { get; }

    public void Complete()
    {
        // On the disk before it is renamed: a power cut must not leave the name with less.
        Stream.Flush(flushToDisk: true);
        Stream.Dispose();
        File.Move(_temporary, _path, overwrite: true);
        _isWhole = true;
    }

    public void Dispose()
    {
        Stream.Dispose();
        if (!_isWhole)
            File.Delete(_temporary);
    }
}
