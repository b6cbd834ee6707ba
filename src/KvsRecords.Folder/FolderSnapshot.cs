using System.Globalization;
using System.Runtime.CompilerServices;
using KvsRecords.Storage;
using KvsRecords.Stores;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Folder;

/// <summary>The names of a store's records as they were when it was opened. Contents are those of the moment they are opened.</summary>
internal sealed class FolderSnapshot(string folder, string root, List<RecordFile> files, IFolderEvents events) : IRecordSnapshot
{
    private int _current = -1;

    public async IAsyncEnumerable<RecordKey> ReadKeysAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        for (_current = 0; _current < files.Count; _current++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            yield return files[_current].Key;
        }
    }

    /// <summary>Whether a record is opened with the content type that its sidecar says. It is one more file to read for each.</summary>
    public bool ReadsSidecars { get; init; }

    public ValueTask<RecordContent?> OpenAsync(RecordKey key, CancellationToken cancellationToken) => new(Open(key));

    private RecordContent? Open(RecordKey key) => FileOf(key) is { } file
        ? Open(file, ReadsSidecars ? RecordContentType.Of(file, folder, root, events) : ContentTypes.OfFile(file.FileName))
        : null;

    private RecordContent? Open(RecordFile record, string? contentType)
    {
        var path = Path.Join(folder, record.FileName);
        try
        {
            if (RegularFile.Open(path, root, out var whyNot) is { } file)
                return Open(file, contentType);

            events.LeftOut(path, whyNot);
            return null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            // Without its folder every record looks deleted, and the archive of those before it would look whole.
            return Directory.Exists(folder) ? null : throw new IOException($"The folder {folder} has been removed or renamed.", e);
        }
    }

    private static RecordContent Open(SafeFileHandle handle, string? contentType)
    {
        try
        {
            var modified = LastWrite.Of(handle);
            var length = RandomAccess.GetLength(handle);
            var version = string.Create(CultureInfo.InvariantCulture, $"{modified.UtcTicks:x}-{length:x}");
            return new RecordContent(new RecordFileStream(handle), length, modified, contentType, version);
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    // Nearly always the key that was read last; otherwise the list is in order.
    private RecordFile? FileOf(RecordKey key)
    {
        var current = _current;
        if (current >= 0 && current < files.Count && files[current].Key == key)
            return files[current];

        var index = files.BinarySearch(new RecordFile(key, ""), Comparer<RecordFile>.Create((one, other) => one.Key.CompareTo(other.Key)));
        return index < 0 ? null : files[index];
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
