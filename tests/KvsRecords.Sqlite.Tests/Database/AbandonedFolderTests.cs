using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using KvsRecords.StorageContract;

namespace KvsRecords.Sqlite.Tests;

/// <summary>
/// What is removed in a folder that all users of a machine share: storages of this user, which others cannot have changed.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class AbandonedFolderTests : IDisposable
{
    private const int UnprivilegedUser = 65534;
    private const uint Exchange = 2;
    private const int AtCurrentFolder = -100;
    private const int Files = 50;

    private readonly string _shared = Directory.CreateTempSubdirectory("kvs-records-shared-").FullName;

    [Fact]
    public void A_storage_of_this_user_is_removed_with_everything_in_it()
    {
        var folder = Abandoned("mine");
        Directory.CreateDirectory(Path.Join(folder, "bodies"));
        File.WriteAllText(Path.Join(folder, "bodies", "1"), "body");
        var elsewhere = Abandoned("elsewhere");
        Directory.CreateSymbolicLink(Path.Join(folder, "bodies", "link"), elsewhere);
        Directory.CreateSymbolicLink(Path.Join(folder, "link"), elsewhere);

        SqliteStorage.RemoveAbandoned(folder);

        Assert.False(Directory.Exists(folder));
        AssertWhole(elsewhere);
    }

    [Fact]
    public void A_link_is_left_alone_and_what_it_leads_to()
    {
        var elsewhere = Abandoned("elsewhere");
        var link = Path.Join(_shared, "link");
        Directory.CreateSymbolicLink(link, elsewhere);

        SqliteStorage.RemoveAbandoned(link);

        AssertWhole(elsewhere);
        Assert.True(Path.Exists(link));
    }

    [Theory]
    [InlineData(UnixFileMode.OtherWrite)]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherExecute)]
    public void A_folder_that_others_may_use_is_left_alone(UnixFileMode others)
    {
        var folder = Abandoned("open");
        File.SetUnixFileMode(folder, File.GetUnixFileMode(folder) | others);

        SqliteStorage.RemoveAbandoned(folder);

        AssertWhole(folder);
    }

    [Fact]
    public void A_folder_of_another_user_is_left_alone()
    {
        var folder = Abandoned("other");
        Assert.SkipUnless(ChOwn(folder, UnprivilegedUser, UnprivilegedUser) == 0, "Only root may give a folder away.");

        SqliteStorage.RemoveAbandoned(folder);

        AssertWhole(folder);
    }

    /// <remarks><c>KVS_RECORDS_SWAPS</c> says how often.</remarks>
    [Fact]
    public async Task A_folder_that_is_swapped_for_a_link_meanwhile_costs_no_file_elsewhere()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("KVS_RECORDS_SWAPS"), CultureInfo.InvariantCulture, out var given) ? given / 10 : 200;
        var elsewhere = Abandoned("elsewhere");
        var link = Path.Join(_shared, "link");
        using var ends = new CancellationTokenSource();
        var folder = Path.Join(_shared, "mine");
        var swapping = Task.Factory.StartNew(() => Swap(folder, link, ends.Token), TaskCreationOptions.LongRunning);
        var removed = 0;
        for (var round = 0; round < rounds; round++)
        {
            // Whatever the swapping has left of the last one.
            foreach (var left in (string[])[folder, link])
            {
                if (Directory.Exists(left) && new DirectoryInfo(left).LinkTarget is null)
                    SqliteStorage.RemoveAbandoned(left);
                removed += Path.Exists(left) ? 0 : 1;
            }

            if (!Path.Exists(folder))
                Abandoned("mine");
            if (!Path.Exists(link))
                Directory.CreateSymbolicLink(link, elsewhere);
            SqliteStorage.RemoveAbandoned(folder);
        }

        await ends.CancelAsync();
        await swapping;
        AssertWhole(elsewhere);
        Assert.True(removed > 0);
    }

    public void Dispose() => Directory.Delete(_shared, recursive: true);

    private string Abandoned(string name)
    {
        var folder = Path.Join(_shared, name);
        Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        File.WriteAllText(Path.Join(folder, "lock"), "");
        for (var i = 1; i < Files; i++)
            File.WriteAllText(Path.Join(folder, Sample.NumberOf(i)), "file");
        return folder;
    }

    private static void AssertWhole(string folder) => Assert.Equal(Files, Directory.EnumerateFiles(folder).Count());

    private static void Swap(string one, string other, CancellationToken end)
    {
        while (!end.IsCancellationRequested)
            _ = RenameAt2(AtCurrentFolder, one, AtCurrentFolder, other, Exchange);
    }

    [LibraryImport("libc", EntryPoint = "renameat2", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int RenameAt2(int oneFolder, string one, int otherFolder, string other, uint flags);

    [LibraryImport("libc", EntryPoint = "chown", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChOwn(string path, int user, int group);
}
