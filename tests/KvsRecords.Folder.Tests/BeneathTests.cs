using KvsRecords.Unix;
using Microsoft.Win32.SafeHandles;
using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>Both ways to open what lies beneath a folder: the one of newer Linux, and the one for all other systems.</summary>
public sealed class BeneathTests : IDisposable
{
    private readonly StorageFolder _storage = new();
    private readonly StoreFolder _store;

    public BeneathTests()
    {
        _store = _storage.Store("default");
        _store.Write("record.json", "record");
        _storage.WriteOutside("secret.json");
    }

    public static TheoryData<bool> BothWays => Beneath.CanFollowLinks ? [true, false] : [false];

    public void Dispose() => _storage.Dispose();

    [Theory, MemberData(nameof(BothWays))]
    public void A_file_is_opened(bool followLinks) => Assert.Equal("record", Read("key_value_stores/default/record.json", followLinks));

    [Theory, MemberData(nameof(BothWays))]
    public void A_root_that_is_a_link_itself_is_followed(bool followLinks)
    {
        var root = Path.Join(_storage.Outside, "link");
        Directory.CreateSymbolicLink(root, _storage.Path);

        Assert.Equal("record", Read("key_value_stores/default/record.json", followLinks, root));
    }

    [Theory, MemberData(nameof(BothWays))]
    public void No_way_leads_out(bool followLinks)
    {
        File.CreateSymbolicLink(_store.PathOf("relative"), "../../../outside/secret.json");
        File.CreateSymbolicLink(_store.PathOf("absolute"), Path.Join(_storage.Outside, "secret.json"));
        File.CreateSymbolicLink(_store.PathOf("magic"), "/proc/self/cwd");
        Directory.CreateSymbolicLink(_store.PathOf("folder"), "../../../outside");

        Assert.All(
            [
                "../outside/secret.json",
                "key_value_stores/../../outside/secret.json",
                "key_value_stores/default/relative",
                "key_value_stores/default/absolute",
                "key_value_stores/default/magic",
                "key_value_stores/default/folder/secret.json",
                Path.Join(_storage.Outside, "secret.json"),
            ],
            way => Assert.Null(Read(way, followLinks)));
    }

    [Theory, MemberData(nameof(BothWays))]
    public void A_pipe_opens_without_a_writer_and_is_seen_to_be_none(bool followLinks)
    {
        Unix.MakePipe(_store.PathOf("pipe"));

        using var pipe = Beneath.Open(_storage.Path, "key_value_stores/default/pipe", OpenFor.Reading, out _, followLinks);

        Assert.False(FileStatus.Of(pipe!).IsRegular);
    }

    [Theory, MemberData(nameof(BothWays))]
    public async Task The_length_is_known_without_a_right_to_read(bool followLinks)
    {
        File.SetUnixFileMode(_store.PathOf("record.json"), UnixFileMode.None);

        var (length, error) = await Unix.AsUnprivilegedAsync(() =>
        {
            using var file = Open(OpenFor.Status, out _);
            using var unreadable = Open(OpenFor.Reading, out var whyNot);
            return Task.FromResult((FileStatus.Of(file!).Stamp.Length, whyNot));
        });

        Assert.Equal((6, Beneath.AccessDenied), (length, error));

        SafeFileHandle? Open(OpenFor purpose, out int error) =>
            Beneath.Open(_storage.Path, "key_value_stores/default/record.json", purpose, out error, followLinks);
    }

    [Fact]
    public void Stepwise_follows_no_link_at_all()
    {
        File.CreateSymbolicLink(_store.PathOf("link"), "record.json");
        using var link = Beneath.Open(_storage.Path, "key_value_stores/default/link", OpenFor.Status, out _, followLinks: false);

        Assert.Null(Read("key_value_stores/default/link", followLinks: false));
        Assert.True(FileStatus.Of(link!).IsLink);
    }

    private string? Read(string relative, bool followLinks, string? root = null)
    {
        using var file = Beneath.Open(root ?? _storage.Path, relative, OpenFor.Reading, out _, followLinks);
        if (file is null)
            return null;

        using var text = new StreamReader(new FileStream(file, FileAccess.Read));
        return text.ReadToEnd();
    }
}
