using System.Globalization;
using KvsRecords.StorageContract;
using KvsRecords.Stores;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>The folder is a crawler's, and nothing in it changes by being served.</summary>
public sealed class NeverWrittenToTests : IDisposable
{
    private readonly StorageFolder _storage = new();

    public NeverWrittenToTests()
    {
        var encoded = _storage.Store("encoded");
        encoded.WriteMetadata("""{"id":"Xq3vR8tLmN2pKs7Yd","name":null}""");
        encoded.WriteEncoded("my-prefix/a.json");
        encoded.WriteEncoded("../escapes");
        encoded.WriteEncoded("it's (fine)");
        encoded.Write("INPUT.json");
        encoded.Write("%zz");
        encoded.WriteSidecar("gone");

        var extensions = _storage.Store("extensions");
        extensions.WriteMetadata("damaged");
        extensions.Write("a.json");
        extensions.Write("a.txt");
        extensions.Write("b.json.x.tmp");
        Unix.MakePipe(extensions.PathOf("pipe.json"));
        File.CreateSymbolicLink(extensions.PathOf("link.json"), _storage.WriteOutside("secret"));
        Directory.CreateDirectory(extensions.PathOf("a.json.lock"));

        _storage.Store("__OLD_default").Write("a.json");
        _storage.Store("empty");
    }

    public void Dispose() => _storage.Dispose();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Names_lengths_times_and_modes_are_the_same_after_everything_was_read_many_times()
    {
        var before = Fingerprint();

        for (var times = 0; times < 5; times++)
            await ReadEverythingAsync();

        Assert.Equal(before, Fingerprint());
    }

    [Fact]
    public async Task A_folder_that_may_only_be_read_is_served()
    {
        var asOwner = await ReadEverythingAsync();
        const UnixFileMode onlyRead = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead
            | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        SetModes(onlyRead);

        Assert.Equal(asOwner, await Unix.AsUnprivilegedAsync(ReadEverythingAsync));
        Assert.Equal(["encoded/INPUT", "encoded/it's (fine)", "encoded/my-prefix/a.json", "extensions/a"], asOwner);
    }

    // No value is read, only opened: reading would leave the thread that has no privileges.
    private async Task<List<string>> ReadEverythingAsync()
    {
        var read = new List<string>();
        var stores = _storage.Open();
        foreach (var store in await stores.ListAsync(Running))
        {
            Assert.NotNull(await stores.FindByIdAsync(store.Id, Running));
            Assert.NotNull(await stores.FindByNameAsync(store.Owner, store.DisplayName, Running));
            await using var snapshot = await stores.OpenSnapshotAsync(store, RecordFilter.Everything, Running);
            foreach (var key in await snapshot.KeysAsync(Running))
            {
                await using var content = await snapshot.OpenAsync(new RecordKey(key), Running);
                if (content is not null)
                    read.Add($"{store.DisplayName}/{key}");
            }
        }

        return read;
    }

    private List<string> Fingerprint() =>
        [.. All().Select(entry => string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.FullName} {(entry as FileInfo)?.Length} {entry.LastWriteTimeUtc.Ticks} {entry.UnixFileMode} {entry.LinkTarget}"))];

    private void SetModes(UnixFileMode mode)
    {
        foreach (var entry in All().Where(entry => entry.LinkTarget is null))
            entry.UnixFileMode = mode;
    }

    private List<FileSystemInfo> All()
    {
        var root = new DirectoryInfo(_storage.Path);
        var inside = root.EnumerateFileSystemInfos("*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 });
        return [.. inside.Prepend(root).OrderBy(entry => entry.FullName, StringComparer.Ordinal)];
    }
}
