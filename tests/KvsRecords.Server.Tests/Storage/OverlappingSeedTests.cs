using System.Buffers.Binary;
using System.IO.Compression;
using KvsRecords.Server.Settings;
using KvsRecords.Server.Storage.Seeding;
using KvsRecords.Stores;

namespace KvsRecords.Server.Tests;

/// <summary>Archives whose files lie in the same bytes, so that a few of them unpack to very many.</summary>
public sealed class OverlappingSeedTests
{
    private const int HeaderSize = 46;
    private const int EndSize = 22;

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, true)]
    [InlineData(26, true)]
    public async Task They_are_refused_and_nothing_of_them_is_loaded(int files, bool isRefused)
    {
        using var folder = new StorageFolder();
        var path = Path.Join(folder.Path, "bomb.zip");
        await File.WriteAllBytesAsync(path, Archive(files), Running);
        await using var own = await OwnStores.OpenAsync(null, (Setting.Ephemeral, "true"));
        var seeder = new Seeder(own.Stores, new DeclaredStores(new User("KvsRecordsDevUser", "dev"), []));

        if (isRefused)
        {
            var thrown = await Assert.ThrowsAnyAsync<IOException>(() => seeder.LoadAsync([path], Running));
            Assert.Contains("its files lie over each other", thrown.Message, StringComparison.Ordinal);
            Assert.Empty(await own.Stores.ListAsync(Running));
        }
        else
        {
            Assert.Single(await seeder.LoadAsync([path], Running));
        }
    }

    // The directory names one file as often as is asked for, each time by another name.
    private static byte[] Archive(int files)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("a", CompressionLevel.NoCompression).Open())
            entry.Write(LimitProbe.Noise(10_000));

        var archive = bytes.ToArray();
        var end = archive.Length - EndSize;
        var directory = BinaryPrimitives.ReadInt32LittleEndian(archive.AsSpan(end + 16));
        var header = archive[directory..end];
        Assert.Equal(HeaderSize + 1, header.Length);
        var headers = Enumerable.Range(0, files).SelectMany(i => header[..HeaderSize].Append((byte)('a' + i)).ToArray()).ToArray();
        var last = archive[end..];
        BinaryPrimitives.WriteInt16LittleEndian(last.AsSpan(8), (short)files);
        BinaryPrimitives.WriteInt16LittleEndian(last.AsSpan(10), (short)files);
        BinaryPrimitives.WriteInt32LittleEndian(last.AsSpan(12), headers.Length);
        return [.. archive[..directory], .. headers, .. last];
    }
}
