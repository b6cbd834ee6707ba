using CliWrap;
using CliWrap.Buffered;

namespace KvsRecords.ArchiveReaders;

/// <summary>Info-ZIP's <c>unzip</c>, which people have at hand; it also finds entries that overlap.</summary>
public sealed class InfoZip : IArchiveReader
{
    /// <inheritdoc/>
    public string Program { get; } = "unzip";

    /// <inheritdoc/>
    public bool IsInstalled => Installed.Has(Program);

    /// <summary>Runs <c>unzip -t</c>, which unpacks everything and keeps nothing.</summary>
    /// <returns>Its exit code (0: nothing to complain of; 1: a warning, such as that of an empty archive) and all that it said.</returns>
    public async Task<(int ExitCode, string Output)> TestAsync(string path, CancellationToken cancellationToken)
    {
        var run = await Cli.Wrap(Program)
            .WithArguments(["-t", path])
            .WithValidation(CommandResultValidation.None)
            .ExecuteBufferedAsync(cancellationToken);
        return (run.ExitCode, run.StandardOutput + run.StandardError);
    }
}
