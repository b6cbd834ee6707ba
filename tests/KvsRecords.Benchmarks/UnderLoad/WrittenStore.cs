using System.Globalization;
using System.Text;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Benchmarks.UnderLoad;

/// <summary>
/// A store that is written to while it is downloaded. Of each body in an archive it can tell whether it may be there: it is the whole of one
/// that was written, not older than the last one that had been answered for when the download began, and not newer than any that was on its
/// way when the archive was.
/// </summary>
internal sealed class WrittenStore
{
    // An archive of 6 MB: more than what the buffers between a server and a slow client hold.
    private const int Small = 1_000;
    private const int Large = 20;
    private const int SmallBytes = 2_000;
    private const int LargeBytes = 250_000;

    // "01234 00000056 "
    private const int HeadBytes = 15;

    private static readonly byte[] Text = MakeText();
    private static readonly byte[] Noise = MakeNoise();

    private readonly int[] _begun = new int[Records];
    private readonly int[] _answered = new int[Records];
    private readonly Dictionary<string, int> _numbers = Enumerable.Range(0, Records).ToDictionary(number => RecordStore.Key(number));

    public const int Records = Small + Large;

    public const string Name = "written";

    public const string Path = $"/v2/key-value-stores/dev~{Name}/records";

    /// <summary>The generation of each record that an archive may have, when it is asked for now, at least.</summary>
    public int[] Answered => Copy(_answered);

    /// <summary>And at most, when it is being sent.</summary>
    public int[] Begun => Copy(_begun);

    /// <summary>Some record of those that one of several writers has for himself: large ones change seldom.</summary>
    public static int Draw(Random random, int writer, int writers)
    {
        var drawn = random.Next(200) == 0 ? Small + random.Next(Large) : random.Next(Small);
        return Math.Min(drawn - (drawn % writers) + writer, Records - 1 - ((Records - 1 - writer) % writers));
    }

    /// <summary>Writes the next generation of a record. No other may write the same one meanwhile.</summary>
    /// <param name="number">Which.</param>
    /// <param name="put">Writes a body under a key; when it has returned, it is there.</param>
    public void Write(int number, Action<string, byte[]> put)
    {
        var generation = _begun[number] + 1;
        Volatile.Write(ref _begun[number], generation);
        put(RecordStore.Key(number), Body(number, generation));
        Volatile.Write(ref _answered[number], generation);
    }

    /// <summary>Reads an archive as strictly as can be, and looks at each of its records.</summary>
    /// <returns>What is wrong with it; null when nothing is.</returns>
    public string? Fault(byte[] archive, int[] atLeast, int[] atMost)
    {
        try
        {
            var layout = ZipLayout.Read(archive);
            var names = layout.Members.Select(member => member.Name).ToList();
            return names.Order(StringComparer.Ordinal).SequenceEqual(_numbers.Keys.Order(StringComparer.Ordinal))
                ? layout.Members.Select(member => Fault(member.Name, layout.ContentOf(member), atLeast, atMost)).FirstOrDefault(fault => fault is not null)
                : $"it has {names.Count} records, and not the {Records} of the store";
        }
        catch (UnreadableArchiveException failure)
        {
            return failure.Message;
        }
    }

    private string? Fault(string key, byte[] body, int[] atLeast, int[] atMost)
    {
        var number = _numbers[key];
        if (body.Length < HeadBytes || !int.TryParse(body.AsSpan(6, 8), CultureInfo.InvariantCulture, out var generation))
            return $"'{key}' is no body that was written";
        if (generation < atLeast[number] || generation > atMost[number])
            return $"'{key}' has generation {generation}, and not one of {atLeast[number]} to {atMost[number]}";
        return body.AsSpan().SequenceEqual(Body(number, generation)) ? null : $"'{key}' is not what was written as generation {generation}";
    }

    private static byte[] Body(int number, int generation)
    {
        var (stock, length) = number < Small ? (Text, SmallBytes) : (Noise, LargeBytes);
        var body = new byte[length];
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number:D5} {generation:D8} "), body);
        var from = (int)((uint)HashCode.Combine(number, generation) % (uint)(stock.Length - length));
        stock.AsSpan(from, length - HeadBytes).CopyTo(body.AsSpan(HeadBytes));
        return body;
    }

    private static int[] Copy(int[] generations)
    {
        var copy = new int[Records];
        for (var number = 0; number < Records; number++)
            copy[number] = Volatile.Read(ref generations[number]);
        return copy;
    }

    private static byte[] MakeText()
    {
        using var text = new MemoryStream();
        LongText.Write(text, new Random(1), 1 << 20);
        return text.ToArray();
    }

    private static byte[] MakeNoise()
    {
        var noise = new byte[1 << 20];
        new Random(1).NextBytes(noise);
        return noise;
    }
}
