namespace KvsRecords.Archive;

/// <summary>
/// A packed value: what is known of it, and its bytes, which are in memory or in a file. Disposing it closes the file.
/// </summary>
/// <typeparam name="TFile">What the packer was given to write large ones to.</typeparam>
public sealed class PackedBody<TFile> : IDisposable
    where TFile : Stream
{
    internal PackedBody(PackedRecord record, PackedBytes<TFile> bytes) => (Record, Memory, File) = (record, bytes.Memory, bytes.File);

    /// <summary>What the headers of the ZIP member will say.</summary>
    public PackedRecord Record { get; }

    /// <summary>All packed bytes, when <see cref="File"/> is null.</summary>
    public ReadOnlyMemory<byte> Memory { get; }

    /// <summary>What holds the packed bytes, from its start to its end; null when they are in memory.</summary>
    public TFile? File { get; }

    /// <inheritdoc/>
    public void Dispose() => File?.Dispose();
}
