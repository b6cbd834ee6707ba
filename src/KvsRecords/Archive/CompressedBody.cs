namespace KvsRecords.Archive;

/// <summary>
/// A compressed value: what is known of it, and its bytes, which are in memory or in a file. Disposing it closes the file.
/// </summary>
/// <typeparam name="TFile">What the compressor was given to write large ones to.</typeparam>
public sealed class CompressedBody<TFile> : IDisposable
    where TFile : Stream
{
    internal CompressedBody(CompressedEntry record, SpillingStream<TFile> bytes) => (Record, Memory, File) = (record, bytes.Memory, bytes.File);

    /// <summary>What the headers of the ZIP entry will say.</summary>
    public CompressedEntry Record { get; }

    /// <summary>All compressed bytes, when <see cref="File"/> is null.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>What holds the compressed bytes, from its start to its end; null when they are in memory.</summary>
    public TFile? File { get; }

    /// <inheritdoc/>
    public void Dispose() => File?.Dispose();
}
