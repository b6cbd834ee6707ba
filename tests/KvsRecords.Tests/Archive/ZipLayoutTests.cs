using System.IO.Compression;
using System.IO.Pipelines;
using System.Text;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Tests;

/// <summary>The reader by which archives are judged must itself refuse what is wrong.</summary>
public sealed class ZipLayoutTests
{
    private const int CentralHeaderLength = 46;

    [Fact]
    public void A_right_archive_is_read()
    {
        var layout = ZipLayout.Read(Right());

        Assert.Equal(["a.txt", "ěščř"], layout.Members.Select(member => member.Name));
        Assert.Equal([8, 0], layout.Members.Select(member => member.Method));
        Assert.Equal([new string('a', 40), "b"], layout.Members.Select(member => Encoding.UTF8.GetString(layout.ContentOf(member))));
    }

    [Fact]
    public void Any_one_byte_that_is_changed_is_found_where_another_place_says_the_same()
    {
        var right = Right();
        var unfound = Enumerable.Range(0, right.Length)
            .Where(position => IsReadable([.. right.Select((b, i) => (byte)(i == position ? b ^ 1 : b))]));

        // The central directory alone says who made an entry (2 bytes) and what its attributes are (4 bytes). The first bit of
        // deflated data says that no other block follows; what unpacks it here does not mind that it is missing.
        int[] saidOnce = [4, 5, 38, 39, 40, 41];
        var headers = new[] { right.AsSpan().IndexOf("PK\u0001\u0002"u8), right.AsSpan().LastIndexOf("PK\u0001\u0002"u8) };
        var deflated = (int)ZipLayout.Read(right).Members[0].DataOffset;
        Assert.Equal([deflated, .. headers.SelectMany(header => saidOnce.Select(offset => header + offset))], unfound);
        Assert.InRange(headers[1] - headers[0], CentralHeaderLength, CentralHeaderLength + 10);
    }

    [Fact]
    public void A_byte_too_many_or_too_few_is_refused_wherever_it_is()
    {
        var right = Right();
        Assert.All(
            Enumerable.Range(0, right.Length + 1),
            at => Assert.False(IsReadable([.. right[..at], 0x50, .. right[at..]]), $"inserted at {at}"));
        Assert.All(Enumerable.Range(0, right.Length), length => Assert.False(IsReadable(right[..length]), $"cut to {length}"));
    }

    [Fact]
    public void A_comment_is_refused()
    {
        var commented = new MemoryStream();
        using (var archive = new ZipArchive(commented, ZipArchiveMode.Create, leaveOpen: true))
            archive.Comment = "x";

        Assert.Throws<UnreadableArchiveException>(() => ZipLayout.Read(commented.ToArray()));
    }

    [Fact]
    public void A_data_descriptor_is_read_and_reported()
    {
        var output = new MemoryStream();
        using (var archive = new ZipArchive(PipeWriter.Create(output).AsStream(), ZipArchiveMode.Create))
            Add(archive, "a", "aaaa", CompressionLevel.Optimal);

        var layout = ZipLayout.Read(output.ToArray());

        Assert.True(Assert.Single(layout.Members).HasDataDescriptor);
        Assert.Equal("aaaa"u8, layout.ContentOf(layout.Members[0]));
    }

    private static bool IsReadable(byte[] archive)
    {
        try
        {
            var layout = ZipLayout.Read(archive);
            foreach (var member in layout.Members)
                layout.ContentOf(member);
            return true;
        }
        catch (Exception e) when (e is UnreadableArchiveException or InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] Right()
    {
        var output = new MemoryStream();
        using (var archive = new ZipArchive(output, ZipArchiveMode.Create))
        {
            Add(archive, "a.txt", new string('a', 40), CompressionLevel.Optimal);
            Add(archive, "ěščř", "b", CompressionLevel.NoCompression);
        }

        return output.ToArray();
    }

    private static void Add(ZipArchive archive, string name, string text, CompressionLevel level)
    {
        using var body = archive.CreateEntry(name, level).Open();
        body.Write(Encoding.UTF8.GetBytes(text));
    }
}
