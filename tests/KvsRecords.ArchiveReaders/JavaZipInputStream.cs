using System.Globalization;
using System.Text;
using CliWrap;
using CliWrap.Buffered;

namespace KvsRecords.ArchiveReaders;

/// <summary>
/// Java's <c>ZipInputStream</c>: it reads from the first byte to the last, as a client does that unpacks while it downloads,
/// and never sees the central directory.
/// </summary>
public sealed class JavaZipInputStream : IArchiveReader
{
    /// <inheritdoc/>
    public string Program { get; } = "java";

    /// <inheritdoc/>
    // A runtime without a compiler cannot run a source file.
    public bool IsInstalled => Installed.Has(Program) && Installed.Has("javac");

    /// <summary>Reads one archive, in the order of its bytes.</summary>
    /// <exception cref="UnreadableArchiveException">The stream refuses it.</exception>
    public async Task<IReadOnlyList<ReadEntry>> ReadAsync(string path, CancellationToken cancellationToken) =>
        (await ReadManyAsync([path], cancellationToken))[0];

    /// <summary>Reads several archives with one start of the virtual machine, which takes about a second.</summary>
    /// <exception cref="UnreadableArchiveException">The stream refuses one of them.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<ReadEntry>>> ReadManyAsync(
        IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var run = await Cli.Wrap(Program)
            .WithArguments(["-XX:TieredStopAtLevel=1", "-Xmx256m", Installed.Script("ReadZip.java")])
            .WithStandardInputPipe(PipeSource.FromString(string.Join('\n', paths)))
            .ExecuteBufferedAsync(cancellationToken);

        var archives = new List<IReadOnlyList<ReadEntry>>();
        var entries = new List<ReadEntry>();
        foreach (var line in run.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var fields = line.Split('\t');
            if (fields[0] == "refusal")
                throw new UnreadableArchiveException($"{paths[archives.Count]}: {Text(fields[1])}");

            if (fields[0] == "entry")
            {
                entries.Add(Entry(fields));
                continue;
            }

            archives.Add(entries);
            entries = [];
        }

        return archives;
    }

    private static ReadEntry Entry(string[] fields) => new(
        Text(fields[1]),
        fields[2],
        long.Parse(fields[3], CultureInfo.InvariantCulture),
        DateTime.Parse(fields[4], CultureInfo.InvariantCulture));

    private static string Text(string hexadecimal) => Encoding.UTF8.GetString(Convert.FromHexString(hexadecimal));
}
