using System.Buffers;
using System.Collections.Concurrent;
using KvsRecords.Storage;
using KvsRecords.Unix;

namespace KvsRecords.Folder;

/// <summary>Reads the sidecars of a store; of those that the listing before had, only what has changed.</summary>
internal sealed class SidecarReader(StoreFiles files)
{
    // Fewer are read before another thread has woken up.
    private const int MinInParallel = 1024;

    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    /// <summary>Reads all sidecars of these names; those that are gone by now are left out.</summary>
    /// <param name="names">The names, without the ending.</param>
    /// <param name="before">The sidecars of the listing before.</param>
    public List<Sidecar> Read(IReadOnlyList<string> names, IReadOnlyList<Sidecar> before)
    {
        var known = before.ToDictionary(sidecar => sidecar.Name, StringComparer.Ordinal);
        var read = new Sidecar?[names.Count];
        if (names.Count < MinInParallel)
        {
            for (var i = 0; i < read.Length; i++)
                read[i] = Read(names[i], known.GetValueOrDefault(names[i]));
        }
        else
        {
            Parallel.For(0, read.Length, i => read[i] = Read(names[i], known.GetValueOrDefault(names[i])));
        }

        return [.. read.OfType<Sidecar>()];
    }

    private Sidecar? Read(string name, Sidecar? before)
    {
        var fileName = name + FolderNames.SidecarEnding;
        try
        {
            if (files.StatusOf(fileName, out var whyNot) is not { } status)
                return whyNot is null ? null : new Sidecar(name, default, Content: null, NoRecordReason.NotRegular);
            if (before?.Stamp == status.Stamp)
                return before;
            return status.Stamp.Length > RegularFile.MaxMetadata
                ? new Sidecar(name, status.Stamp, Content: null, NoRecordReason.SidecarTooLong)
                : Read(name, fileName, status.Stamp);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Sidecar(name, default, Content: null, NoRecordReason.DamagedSidecar);
        }
    }

    // Most keys are the names of their files, and most content types are the same: a large store takes half the memory.
    private SidecarContent? Shared(string name, SidecarContent? content) => content is null ? null : content with
    {
        Key = content.Key == name ? name : content.Key,
        ContentType = content.ContentType is { } type ? _texts.GetOrAdd(type, type) : null,
        Extension = content.Extension is { } extension ? _texts.GetOrAdd(extension, extension) : null,
    };

    private Sidecar? Read(string name, string fileName, FileStamp stamp)
    {
        // One byte more than was there: what has grown meanwhile is no whole JSON.
        var buffer = ArrayPool<byte>.Shared.Rent((int)stamp.Length + 1);
        try
        {
            if (files.Read(fileName, buffer.AsSpan(0, (int)stamp.Length + 1)) is not { } length)
                return null;

            var content = Shared(name, SidecarContent.Parse(buffer.AsMemory(0, length)));
            return new Sidecar(name, stamp, content, content is null ? NoRecordReason.DamagedSidecar : null);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
