using Xunit;

namespace KvsRecords.Folder.Tests;

/// <summary>How much is looked at to find files that cannot be read.</summary>
public sealed class UnreadableFilesTests
{
    [Fact]
    public void Every_file_of_every_store_is_looked_at_while_there_is_time_and_one_when_there_is_none()
    {
        using var storage = new StorageFolder();
        foreach (var store in new[] { "one", "two", "__OLD_three" })
        {
            for (var i = 0; i < 10; i++)
                storage.Store(store).Write($"{i}.json");
        }

        var all = new UnreadableFiles(storage.Path, TimeProvider.System, TimeSpan.FromMinutes(1));
        var first = new UnreadableFiles(storage.Path, TimeProvider.System, TimeSpan.Zero);

        Assert.Empty(all.Find());
        Assert.Empty(first.Find());
        Assert.Equal((22, 1), (all.LookedAt, first.LookedAt));
    }

    [Fact]
    public void A_folder_that_cannot_be_found_by_the_name_that_it_was_listed_under_keeps_nothing_else_from_being_looked_at()
    {
        using var storage = new StorageFolder();
        storage.Store("one").Write("a.json");
        Unix.MakeFolder(storage.Stores, [0xFF, (byte)'a']);
        Unix.MakeFolder(storage.Stores, [(byte)'z', 0xC3, (byte)'\n']);

        var all = new UnreadableFiles(storage.Path, TimeProvider.System, TimeSpan.FromMinutes(1));

        Assert.Empty(all.Find());
        Assert.Equal(4, all.LookedAt);
    }
}
