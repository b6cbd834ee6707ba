using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Runtime.InteropServices;
using CsCheck;

namespace KvsRecords.Server.Tests;

/// <summary>
/// Archives of a live folder beside a writer that overwrites files in place, renames others over them, and deletes them.
/// <c>KVS_RECORDS_RACES</c> says how many archives, <c>KVS_RECORDS_SPLITS</c> how many splits into ranges.
/// </summary>
public sealed class LiveRaceTests : IDisposable
{
    private const int Readers = 3;
    private const int Files = 12;
    private const int Length = 100_000;
    private const int HalfMade = 0;

    // The clock that stamps files goes on at least as often.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(12);

    // Linux stamps a file when a write begins. One that then waits for a processor is not over when the file looks settled to a server whose
    // clock is ahead; a server with a right clock gives it two seconds.
    private static readonly TimeSpan LongWrite = TimeSpan.FromMilliseconds(0.5);

    private static readonly int Races = HowMany.Of("KVS_RECORDS_RACES", usually: 150) / 3;
    private static readonly int Splits = HowMany.Of("KVS_RECORDS_SPLITS", usually: 100);

    private readonly StorageFolder _folder = new();
    private readonly ConcurrentDictionary<int, bool> _quick = [];
    private int _state;

    public LiveRaceTests()
    {
        for (var i = 0; i < Files; i++)
            Overwrite(NameOf(i));
    }

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_file_of_an_archive_is_one_state_of_it_and_the_same_validator_means_the_same_bytes()
    {
        await using var server = await LiveServer.StartAsync(_folder);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Running);
        var writing = Task.Run(() => WriteAsync(stop.Token), Running);
        var archives = new ConcurrentDictionary<string, (byte[] Bytes, Dictionary<string, int[]> States)>();
        var (left, whole, broken) = (Races, 0, 0);
        await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Task.Run(async () =>
        {
            while (Interlocked.Decrement(ref left) >= 0)
            {
                try
                {
                    var (bytes, tag) = await server.DownloadAsync("dev~raced");

                    // A record changed before the first byte: it is sent as it is read, perhaps half overwritten.
                    if (tag is null)
                        continue;
                    var states = StatesOf(bytes);
                    var first = archives.GetOrAdd(tag, (bytes, states));
                    Assert.Equal(states.Keys, first.States.Keys);
                    if (!states.All(each => IsOneState(each.Value.Union(first.States[each.Key]))))
                        continue;
                    Assert.Equal(first.Bytes, bytes);
                    Interlocked.Increment(ref whole);
                }
                catch (HttpRequestException)
                {
                    Interlocked.Increment(ref broken);
                }
            }
        }, Running)));
        await stop.CancelAsync();
        await writing;

        Assert.True(whole > 0 && archives.Count > 1, $"{whole} whole, {broken} broken off, {archives.Count} versions");
    }

    [Fact]
    public async Task Ranges_across_restarts_and_changes_are_never_a_mixture()
    {
        var server = await LiveServer.StartAsync(_folder);
        try
        {
            var (bytes, tag) = await server.DownloadAsync("dev~raced");
            var splits = 0;
            await Gen.Select(Gen.Int[0, bytes.Length].Array[1, 4], Gen.Int[0, 19]).SampleAsync(
                async (cuts, what) =>
                {
                    splits++;
                    using var assembled = new MemoryStream();
                    int[] borders = [.. cuts.Where(cut => cut < bytes.Length).Append(0).Append(bytes.Length).Distinct().Order()];
                    for (var i = 0; i + 1 < borders.Length; i++)
                    {
                        if (i == borders.Length / 2 && what == 1)
                            Overwrite(NameOf(splits % Files));
                        if (i == borders.Length / 2 && what <= 1)
                        {
                            await server.DisposeAsync();
                            server = await LiveServer.StartAsync(_folder);
                        }

                        using var part = await server.SendAsync(
                            HttpMethod.Get, "dev~raced", ("Range", $"bytes={borders[i]}-{borders[i + 1] - 1}"), ("If-Range", tag!));
                        if ((int)part.StatusCode == 200)
                        {
                            Assert.Equal(1, what);
                            Assert.NotEqual(tag, part.Headers.ETag?.Tag);
                            (bytes, tag) = (await part.Content.ReadAsByteArrayAsync(Running), part.Headers.ETag?.Tag);
                            return;
                        }

                        Assert.Equal(206, (int)part.StatusCode);
                        await part.Content.CopyToAsync(assembled, Running);
                    }

                    Assert.Equal(bytes, assembled.ToArray());
                },
                iter: Splits,
                threads: 1);
            Assert.Equal(Splits, splits);
        }
        finally
        {
            await server.DisposeAsync();
        }
    }

    public void Dispose() => _folder.Dispose();

    private static string NameOf(int number) => $"key-{number:D2}.bin";

    private async Task WriteAsync(CancellationToken cancellationToken)
    {
        var random = new Random(1);
        while (!cancellationToken.IsCancellationRequested)
        {
            var name = NameOf(random.Next(Files));
            var path = Path.Join(_folder.Path, "key_value_stores", "raced", name);
            switch (random.Next(3))
            {
                case 0:
                    Overwrite(name);
                    break;
                case 1:
                    File.Move(Overwrite($"{name}.tmp"), path, overwrite: true);
                    break;
                default:
                    File.Delete(path);
                    break;
            }

            await Task.Delay(random.Next(4) * Tick + Tick, CancellationToken.None);
        }
    }

    // In place, with the same length each time: a state is one number, all over the file.
    private string Overwrite(string name)
    {
        var path = Path.Join(Directory.CreateDirectory(Path.Join(_folder.Path, "key_value_stores", "raced")).FullName, name);
        using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        var state = new int[Length / sizeof(int)];
        Array.Fill(state, ++_state);
        var began = Stopwatch.GetTimestamp();
        RandomAccess.Write(file, MemoryMarshal.AsBytes<int>(state), 0);
        if (Stopwatch.GetElapsedTime(began) < LongWrite)
            _quick.TryAdd(_state, true);
        return path;
    }

    private static Dictionary<string, int[]> StatesOf(byte[] archive)
    {
        using var zip = new ZipArchive(new MemoryStream(archive));
        return zip.Entries.ToDictionary(entry => entry.Name, entry =>
        {
            using var content = new MemoryStream();
            using (var value = entry.Open())
                value.CopyTo(content);

            // It is empty when it was just made.
            var states = MemoryMarshal.Cast<byte, int>(content.ToArray()).ToArray().Distinct();
            return (content.Length is 0 or Length ? states : states.Prepend(HalfMade)).ToArray();
        });
    }

    // What a long write mixes is left out.
    private bool IsOneState(IEnumerable<int> states)
    {
        int[] found = [.. states];
        Assert.True(
            found.Length <= 1 || found.Any(state => state != HalfMade && !_quick.ContainsKey(state)),
            $"A mixture of the states {string.Join(", ", found)}");
        return found.Length <= 1;
    }
}
