using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using KvsRecords.ArchiveReaders;

namespace KvsRecords.Benchmarks.Measures.UnderLoad;

/// <summary>
/// A store that is written to while it is downloaded. Each write of a record is a generation of it. An archive may hold the last generation
/// that was answered when the download began, or a later one, but none that began after the archive did.
/// </summary>
internal sealed class WrittenStore
{
    public const string Name = "written";

    public const int Records = Small + Large;

    // An archive of 6 MB: more than what the buffers between a server and a slow client hold.
    private const int Small = 1_000;
    private const int Large = 20;
    private const int SmallBytes = 2_000;
    private const int LargeBytes = 250_000;

    private static readonly byte[] Text = Encoding.UTF8.GetBytes(Words.Sentences(new Random(1), 13_000));
    private static readonly byte[] Noise = RandomNumberGenerator.GetBytes(1 << 20);

    private readonly int[] _begun = new int[Records];
    private readonly int[] _answered = new int[Records];
    private readonly Dictionary<string, int> _numbers = Enumerable.Range(0, Records).ToDictionary(number => RecordRequests.Key(number));

    /// <summary>The least generation of each record in an archive that is asked for now.</summary>
    public int[] Answered => [.. _answered];

    /// <summary>The greatest generation of each record in an archive that begins now.</summary>
    public int[] Begun => [.. _begun];

    /// <summary>Draws one of the records that only this writer writes: large ones change seldom.</summary>
    public static int Draw(Random random, int writer, int writers)
    {
        var drawn = random.Next(200) == 0 ? Small + random.Next(Large) : random.Next(Small);
        return Math.Min(drawn - (drawn % writers) + writer, Records - 1 - ((Records - 1 - writer) % writers));
    }

    /// <summary>Writes the next generation of a record. No other client may write the same one meanwhile.</summary>
    public void Write(int number, RecordClient client)
    {
        var generation = _begun[number] + 1;
        Volatile.Write(ref _begun[number], generation);
        client.Write(RecordRequests.Key(number), Body(number, generation));
        Volatile.Write(ref _answered[number], generation);
    }

    /// <summary>Reads an archive as strictly as the format allows, and checks each of its records.</summary>
    /// <returns>The fault; null when there is none.</returns>
    public string? Fault(byte[] archive, int[] atLeast, int[] atMost)
    {
        try
        {
            var layout = ZipLayout.Read(archive);
            var names = layout.Members.Select(member => member.Name).ToHashSet();
            if (layout.Members.Count != Records || !names.SetEquals(_numbers.Keys))
                return $"an archive has {layout.Members.Count} records, and not the {Records} of the store";
            return layout.Members
                .Where(member => !IsRight(_numbers[member.Name], layout.ContentOf(member), atLeast, atMost))
                .Select(member => $"'{member.Name}' is none of the bodies that an archive could have then")
                .FirstOrDefault();
        }
        catch (UnreadableArchiveException failure)
        {
            return failure.Message;
        }
    }

    private static bool IsRight(int number, byte[] body, int[] atLeast, int[] atMost) =>
        body.Length > 14
        && int.TryParse(body.AsSpan(6, 8), CultureInfo.InvariantCulture, out var generation)
        && generation >= atLeast[number]
        && generation <= atMost[number]
        && body.AsSpan().SequenceEqual(Body(number, generation));

    // "01234 00000056 ", and a part of the stock behind it.
    private static byte[] Body(int number, int generation)
    {
        var (stock, length) = number < Small ? (Text, SmallBytes) : (Noise, LargeBytes);
        var from = (int)((uint)HashCode.Combine(number, generation) % (uint)(stock.Length - length));
        var body = stock[from..(from + length)];
        Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{number:D5} {generation:D8} "), body);
        return body;
    }
}
