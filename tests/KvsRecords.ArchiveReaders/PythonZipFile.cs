using System.Text.Json;
using CliWrap;
using CliWrap.Buffered;

namespace KvsRecords.ArchiveReaders;

/// <summary>Python's <c>zipfile</c>: it finds files by the central directory, and compares that with the local headers.</summary>
public sealed class PythonZipFile : IArchiveReader
{
    /// <inheritdoc/>
    public string Program { get; } = OperatingSystem.IsWindows() ? "python" : "python3";

    /// <inheritdoc/>
    public bool IsInstalled => Installed.Has(Program);

    /// <summary>Reads one archive, in the order of its central directory.</summary>
    /// <exception cref="UnreadableArchiveException">It is no whole archive, or a checksum is wrong.</exception>
    public async Task<IReadOnlyList<PythonEntry>> ReadAsync(string path, CancellationToken cancellationToken) =>
        (await ReadManyAsync([path], cancellationToken))[0];

    /// <summary>Reads several archives with one start of the interpreter.</summary>
    /// <exception cref="UnreadableArchiveException">One of them is no whole archive, or a checksum is wrong.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<PythonEntry>>> ReadManyAsync(
        IReadOnlyList<string> paths, CancellationToken cancellationToken)
    {
        var run = await Cli.Wrap(Program)
            .WithArguments(["-I", Installed.Script("read_zip.py")])
            .WithStandardInputPipe(PipeSource.FromString(string.Join('\n', paths)))
            .ExecuteBufferedAsync(cancellationToken);
        var results = run.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonSerializer.Deserialize<Result>(line, JsonSerializerOptions.Web)!)
            .ToList();
        return [.. paths.Zip(results, (path, result) =>
            result.Entries ?? throw new UnreadableArchiveException($"{path}: {result.Refusal}"))];
    }

    private sealed record Result(IReadOnlyList<PythonEntry>? Entries, string? Refusal);
}
