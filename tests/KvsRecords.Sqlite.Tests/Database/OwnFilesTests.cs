using System.Runtime.Versioning;
using KvsRecords.StorageContract;

namespace KvsRecords.Sqlite.Tests;

/// <summary>Who may use the files of a storage: its user, from the first byte, also where an older version left them open to others.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class OwnFilesTests : IAsyncDisposable
{
    private const UnixFileMode File0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Folder0700 = File0600 | UnixFileMode.UserExecute;
    private const UnixFileMode OthersRead = UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private readonly StorageInFolder _folder = new(durable: true);

    [Fact]
    public async Task Everything_that_is_made_is_for_its_user_alone()
    {
        var store = await _folder.StoreAsync();
        await _folder.PutAsync(store, "large", Sample.Random(100_000));
        await _folder.PutAsync(store, "small", [1]);

        Assert.Contains(Modes(), file => file.Name == "records.db-wal");
        Assert.Contains(Modes(), file => file.Name == "bodies/1");
        AssertClosed();
    }

    [Fact]
    public async Task A_body_that_is_being_written_is_closed_to_others_too()
    {
        var store = await _folder.StoreAsync();
        var value = new Waiting(Sample.Random(5_000_000));
        var put = _folder.Storage.PutAsync(store, new(new("large")), value, StorageInFolder.Running).AsTask();
        await value.Reached.WaitAsync(StorageInFolder.Running);

        Assert.Contains(Modes(), file => file.Name.EndsWith(".new", StringComparison.Ordinal));
        AssertClosed();

        value.GoOn();
        await put;
    }

    [Fact]
    public async Task Folders_above_that_are_made_are_closed_to_others_too()
    {
        var above = Path.Join(_folder.Folder, "above");
        await SqliteStorage.Open(new() { Folder = Path.Join(above, "data"), FindUser = _ => null }).DisposeAsync();

        Assert.Equal(Folder0700, File.GetUnixFileMode(above));
    }

    [Fact]
    public async Task What_is_there_already_is_closed_at_the_next_start_and_a_look_changes_nothing()
    {
        await _folder.PutAsync(await _folder.StoreAsync(), "large", Sample.Random(100_000));
        await _folder.Storage.DisposeAsync();
        foreach (var (name, mode) in Modes())
            File.SetUnixFileMode(Path.Join(_folder.Folder, name), mode | OthersRead | UnixFileMode.OtherExecute);
        var opened = Modes();

        await SqliteStorage.Open(new() { Folder = _folder.Folder, FindUser = _ => null, ReadOnly = true }).DisposeAsync();
        Assert.Equal(opened, Modes());

        await _folder.RestartAsync();
        AssertClosed();
    }

    [Fact]
    public async Task A_mode_that_is_stricter_stays()
    {
        await _folder.Storage.DisposeAsync();
        File.SetUnixFileMode(Path.Join(_folder.Folder, "lock"), UnixFileMode.UserWrite | UnixFileMode.UserRead | UnixFileMode.GroupRead);
        var other = Path.Join(_folder.Folder, "bodies", "notes.txt");
        await File.WriteAllTextAsync(other, "", StorageInFolder.Running);
        File.SetUnixFileMode(other, UnixFileMode.UserRead);

        await _folder.RestartAsync();

        Assert.Equal(File0600, File.GetUnixFileMode(Path.Join(_folder.Folder, "lock")));
        Assert.Equal(UnixFileMode.UserRead, File.GetUnixFileMode(other));
    }

    public ValueTask DisposeAsync() => _folder.DisposeAsync();

    private void AssertClosed() => Assert.All(Modes(), file =>
        Assert.Equal(Directory.Exists(Path.Join(_folder.Folder, file.Name)) ? Folder0700 : File0600, file.Mode));

    private List<(string Name, UnixFileMode Mode)> Modes() =>
    [
        .. Directory.EnumerateFileSystemEntries(_folder.Folder, "*", SearchOption.AllDirectories).Append(_folder.Folder)
            .Order(StringComparer.Ordinal).Select(path => (Path.GetRelativePath(_folder.Folder, path), File.GetUnixFileMode(path))),
    ];

    // Ends only when it is cancelled, with most of it read.
    private sealed class Waiting(byte[] bytes) : MemoryStream(bytes)
    {
        private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task Reached => _reached.Task;

        public void GoOn() => _goOn.SetResult();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var read = await base.ReadAsync(buffer, cancellationToken);
            if (read == 0 && !buffer.IsEmpty)
            {
                _reached.TrySetResult();
                await _goOn.Task;
            }

            return read;
        }
    }
}
