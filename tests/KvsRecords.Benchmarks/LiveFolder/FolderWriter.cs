namespace KvsRecords.Benchmarks.LiveFolder;

/// <summary>Writes a record of a store over and over, as Crawlee for Python does: into a new file, which then gets the name of the old one.</summary>
internal sealed class FolderWriter : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(2);

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _writing;

    public FolderWriter(string folder) => _writing = Task.Run(() => WriteAsync(folder));

    /// <summary>Changes the folder once.</summary>
    public static void Write(string folder)
    {
        var path = Path.Combine(folder, "written.json");
        File.WriteAllText($"{path}.x1y2z3.tmp", "{}");
        File.Move($"{path}.x1y2z3.tmp", path, overwrite: true);
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _writing;
        _stop.Dispose();
    }

    private async Task WriteAsync(string folder)
    {
        while (!_stop.IsCancellationRequested)
        {
            Write(folder);
            await Task.Delay(Pause, CancellationToken.None);
        }
    }
}
