using System.IO.Pipelines;
using System.Text;
using CsCheck;
using KvsRecords.Archive;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Tests;

/// <summary>Archives of records that lie ready as members.</summary>
public sealed class SplicedArchiveTests(TemporaryFolder folder) : IClassFixture<TemporaryFolder>
{
    private static readonly CancellationToken Cancellation = TestContext.Current.CancellationToken;

    [Fact]
    public Task The_layout_is_one_that_every_reader_reads_and_its_length_is_known_before() =>
        Bodies.AnyStore.SampleAsync(
            async records =>
            {
                var snapshot = await Spliced.CompressAsync(records);
                var length = (await SplicedArchive.LayOutAsync(snapshot, Cancellation)).Length;
                Assert.Equal(0, snapshot.BodiesRead);

                var bytes = await Spliced.OfAsync(snapshot);

                Assert.Equal(length, bytes.Length);
                Assert.Equal(bytes, await Spliced.OfAsync(snapshot));
                var layout = ZipLayout.Read(bytes);
                Assert.False(layout.IsZip64);
                Assert.Equal(snapshot.Entries.Select(member => member.Key), layout.Members.Select(member => member.Name));
                foreach (var (record, member) in new RecordsInMemory(records).Records.Zip(layout.Members))
                {
                    Assert.Equal(record.Body, layout.ContentOf(member));
                    Assert.Equal(record.Expected.DosTime, member.DosTime);
                    Assert.False(member.HasDataDescriptor);
                    Assert.Equal(Ascii.IsValid(record.Key) ? 0 : 0x0800, member.Flags);
                    Assert.Equal((0, 0, 20, 3), (member.LocalExtraLength, member.CentralExtraLength, member.VersionNeeded, member.MadeBy >> 8));
                    Assert.Equal(Convert.ToUInt32("100644", 8) << 16, member.ExternalAttributes);
                }
            },
            iter: 100,
            threads: 1);

    [Fact]
    public Task Begun_at_any_byte_it_goes_on_as_the_whole_does_and_reads_no_more_than_it_needs() =>
        Gen.Select(Bodies.AnyStore, Gen.Double[0, 1]).SampleAsync(
            async (records, where) =>
            {
                var snapshot = await Spliced.CompressAsync(records);
                var whole = await Spliced.OfAsync(snapshot);
                var from = (int)(where * (whole.Length - 1));
                var (before, begins) = (snapshot.BodiesRead, 0);
                var needed = snapshot.Entries.Count(member =>
                    (begins += 30 + member.KeyBytes.Length + member.Body.Length) > from);

                Assert.Equal(whole[from..], await Spliced.OfAsync(snapshot, from));

                Assert.Equal(needed, snapshot.BodiesRead - before);
            },
            iter: 200,
            threads: 1);

    [Fact]
    public async Task Bodies_in_files_and_large_ones_are_spliced_too_from_any_byte()
    {
        var records = new StoredRecord[]
        {
            new("a", RandomBytes.Of(1_700_000)), new("b", []), new("c", Bodies.Text(3_000)), new("d", RandomBytes.Of(524_288)), new("e", RandomBytes.Of(1)),
        };
        var snapshot = await Spliced.CompressAsync(records);
        var inFiles = new EntriesInMemory(snapshot.Entries.Select(member =>
            member.Key is "b" or "c" ? member : member with { File = folder.SaveAsync(member.Body).Result, Body = [] }));
        var whole = await Spliced.OfAsync(inFiles);

        Assert.Equal(records.Select(record => record.Body), ZipLayout.Read(whole).Members.Select(ZipLayout.Read(whole).ContentOf));
        foreach (var from in (int[])[0, 1, 30, 31, 32, 600_000, 1_700_031, 1_700_032, 1_700_100, 2_000_000, whole.Length - 22, whole.Length - 1])
            Assert.Equal(whole[from..], await Spliced.OfAsync(inFiles, from));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    public async Task A_body_that_is_not_as_long_as_it_was_is_no_archive(int difference)
    {
        var member = await EntryInMemory.CompressAsync(new("a", RandomBytes.Of(100_000)));
        byte[] other = [.. member.Body.Take(member.Body.Length - 1), .. difference < 0 ? [] : new byte[2]];
        var path = await folder.SaveAsync(other);

        foreach (var damaged in (EntryInMemory[])[member with { Body = other }, member with { File = path, Body = [] }])
        {
            var output = new MemoryStream();
            var fault = await Record.ExceptionAsync(async () =>
            {
                var archive = await SplicedArchive.LayOutAsync(new EntriesInMemory([damaged]), Cancellation);
                await archive.WriteAsync(PipeWriter.Create(output), 0, Cancellation);
            });
            Assert.IsType<InvalidDataException>(fault);
            Assert.False(ZipLayout.HasEndRecord(output.ToArray()));
        }
    }

    [Fact]
    public async Task No_reader_holds_the_source_while_a_slow_client_is_waited_for()
    {
        var snapshot = await Spliced.CompressAsync(Enumerable.Range(0, 3_000).Select(i => new StoredRecord($"key-{i:D5}", RandomBytes.Of(1_000))));
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1, resumeWriterThreshold: 1));
        var archive = await SplicedArchive.LayOutAsync(snapshot, Cancellation);
        var writing = Task.Run(() => archive.WriteAsync(pipe.Writer, 0, Cancellation), Cancellation);
        var received = 0L;
        var waits = 0;
        while (received < archive.Length)
        {
            var result = await pipe.Reader.ReadAsync(Cancellation);
            if (result.Buffer.Length > 0 && received + result.Buffer.Length < archive.Length)
            {
                Assert.False(writing.IsCompleted);
                Assert.Equal(0, snapshot.Busy);
                waits++;
            }

            received += result.Buffer.Length;
            pipe.Reader.AdvanceTo(result.Buffer.End);
        }

        await writing;
        Assert.True(waits >= 5);
    }

    [Fact]
    public async Task As_a_stream_it_is_the_same_from_any_byte()
    {
        var snapshot = await Spliced.CompressAsync(Enumerable.Range(0, 500).Select(i => new StoredRecord($"key-{i:D5}", Bodies.Text(i * 7))));
        var whole = await Spliced.OfAsync(snapshot);
        foreach (var from in (int[])[0, 1, whole.Length / 3, whole.Length - 22, whole.Length - 1, whole.Length])
        {
            await using var stream = new SplicedStream(await SplicedArchive.LayOutAsync(snapshot, Cancellation)) { Position = from };
            Assert.Equal(whole.Length, stream.Length);
            using var read = new MemoryStream();
            await stream.CopyToAsync(read, Cancellation);
            Assert.Equal(whole[from..], read.ToArray());
        }
    }

    [Fact]
    public async Task A_stream_that_is_given_up_leaves_nothing_running()
    {
        var snapshot = await Spliced.CompressAsync(Enumerable.Range(0, 3_000).Select(i => new StoredRecord($"key-{i:D5}", RandomBytes.Of(1_000))));
        await using (var stream = new SplicedStream(await SplicedArchive.LayOutAsync(snapshot, Cancellation)))
            await stream.ReadExactlyAsync(new byte[10], Cancellation);

        Assert.Equal(0, snapshot.Busy);
    }

    [Fact]
    public async Task A_fault_reaches_the_reader_of_the_stream_and_it_never_ends_well()
    {
        var snapshot = await Spliced.CompressAsync(Enumerable.Range(0, 100).Select(i => new StoredRecord($"key-{i:D2}", RandomBytes.Of(60_000))));
        await using var stream = new SplicedStream(await SplicedArchive.LayOutAsync(
            new EntriesInMemory(snapshot.Entries.Select(member => member.Key == "key-90" ? member with { Body = [] } : member)), Cancellation));

        await Assert.ThrowsAsync<InvalidDataException>(() => stream.CopyToAsync(Stream.Null, Cancellation));
    }

    [Fact]
    public async Task Other_programs_read_it()
    {
        var paths = new List<string>();
        var stores = new List<IReadOnlyList<StoredRecord>>();
        await Bodies.AnyStore.SampleAsync(
            async records =>
            {
                paths.Add(await folder.SaveAsync(await Spliced.OfAsync(await Spliced.CompressAsync(records))));
                stores.Add(new RecordsInMemory(records).Records);
            },
            iter: 40,
            threads: 1);

        var python = await Required.OnCi(new PythonZipFile()).ReadManyAsync(paths, Cancellation);
        var java = await Required.OnCi(new JavaZipInputStream()).ReadManyAsync(paths, Cancellation);
        for (var i = 0; i < stores.Count; i++)
        {
            Assert.Equal(stores[i].Select(record => record.Expected), python[i].Select(entry => entry.Read));
            Assert.Equal(stores[i].Select(record => record.Expected), java[i]);
        }
    }
}
