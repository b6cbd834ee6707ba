using System.Collections.Concurrent;
using CsCheck;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Tests;

/// <summary>Archives read by programs that have nothing in common with what wrote them.</summary>
public sealed class StreamedArchiveReadersTests(TemporaryFolder folder) : IClassFixture<TemporaryFolder>
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Python_finds_the_same_records_in_the_central_directory()
    {
        var python = Required.OnCi(new PythonZipFile());
        var (paths, stores) = await AnyArchivesAsync();

        var read = await python.ReadManyAsync(paths, Cancellation);

        Assert.Equal(stores.Count, read.Count);
        foreach (var (store, entries) in stores.Zip(read))
        {
            Assert.Equal(store.Records.Select(record => record.Expected), entries.Select(entry => entry.Read));
            Assert.All(entries, entry => Assert.Equal(
                (0, 0, 3, Convert.ToUInt32("100644", 8) << 16),
                (entry.ExtraLength, entry.CommentLength, entry.MadeBySystem, entry.ExternalAttributes)));
            Assert.All(entries, entry => Assert.Equal(entry.Name.All(char.IsAscii) ? 0 : 0x0800, entry.Flags));
            Assert.All(entries, entry => Assert.InRange(entry.VersionNeeded, 10, 20));
            Assert.All(entries.Where(entry => entry.Length == 0), entry => Assert.Equal(0, entry.Method));
        }
    }

    [Fact]
    public async Task Java_finds_the_same_records_while_it_reads_from_the_first_byte_to_the_last()
    {
        var java = Required.OnCi(new JavaZipInputStream());
        var (paths, stores) = await AnyArchivesAsync();

        var read = await java.ReadManyAsync(paths, Cancellation);

        Assert.Equal(stores.Count, read.Count);
        foreach (var (store, entries) in stores.Zip(read))
            Assert.Equal(store.Records.Select(record => record.Expected), entries);
    }

    [Fact]
    public async Task Unzip_has_nothing_to_complain_of()
    {
        var unzip = Required.OnCi(new InfoZip());
        var (paths, stores) = await AnyArchivesAsync();

        foreach (var (path, store) in paths.Zip(stores))
        {
            var (exitCode, output) = await unzip.TestAsync(path, Cancellation);
            Assert.True(exitCode == (store.Records.Count == 0 ? 1 : 0), output);
            Assert.Contains(store.Records.Count == 0 ? "zipfile is empty" : "No errors detected", output);
        }
    }

    [Fact]
    public async Task A_reader_refuses_an_archive_that_was_cut_off_or_damaged()
    {
        var whole = await Archived.OfAsync(new RecordsInMemory(new("a", RandomBytes.Of(1_000)), new("b", Bodies.Text(9_000))));
        byte[] damaged = [.. whole];
        damaged[500] ^= 1;

        var (python, java, unzip) =
            (Required.OnCi(new PythonZipFile()), Required.OnCi(new JavaZipInputStream()), Required.OnCi(new InfoZip()));
        foreach (var path in new[] { await folder.SaveAsync(whole[..500]), await folder.SaveAsync(damaged) })
        {
            await Assert.ThrowsAsync<UnreadableArchiveException>(() => python.ReadAsync(path, Cancellation));
            await Assert.ThrowsAsync<UnreadableArchiveException>(() => java.ReadAsync(path, Cancellation));
            Assert.NotEqual(0, (await unzip.TestAsync(path, Cancellation)).ExitCode);
        }
    }

    private async Task<(IReadOnlyList<string> Paths, IReadOnlyList<RecordsInMemory> Stores)> AnyArchivesAsync()
    {
        var made = new ConcurrentBag<(string Path, RecordsInMemory Store)>();
        await Bodies.AnyStore.SampleAsync(async records =>
        {
            var store = new RecordsInMemory(records);
            made.Add((await folder.SaveAsync(await Archived.OfAsync(store)), store));
        }, iter: 60);

        Assert.Contains(made, archive => archive.Store.Records.Count > 3);
        return ([.. made.Select(archive => archive.Path)], [.. made.Select(archive => archive.Store)]);
    }
}
