using KvsRecords.Stores;
using Microsoft.Win32.SafeHandles;

namespace KvsRecords.Folder;

/// <summary>The files of a store's folder: the one place that opens them and asks about them, by their names.</summary>
/// <param name="Store">The store.</param>
/// <param name="Root">The folder that no link may lead out of.</param>
internal sealed record StoreFiles(Store Store, string Root)
{
    public string Folder => Store.Location;

    public string PathOf(string name) => Path.Join(Folder, name);

    /// <summary>Asks about a file, with its links followed. Null: there is none (any more), or it is never opened.</summary>
    /// <param name="name">The name of the file.</param>
    /// <param name="whyNot">Why it is never opened, as the rest of a sentence that begins with the file; or null.</param>
    /// <exception cref="IOException">The system does not say.</exception>
    public FileState? StatusOf(string name, out string? whyNot)
    {
        // Without opening it, which takes three times as long: the length and the times of another file are all that a swap could show.
        var state = FileState.Of(PathOf(name));
        whyNot = state is { IsLink: false, IsRegular: false } ? RegularFile.NotRegular : null;
        return state is { IsLink: true } ? Ask(name, RegularFile.Look, out whyNot)
            : whyNot is null ? state
            : null;
    }

    /// <summary>Opens a file for reading, while others may go on writing, renaming and deleting it. Null: as above.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be opened.</exception>
    public SafeFileHandle? Open(string name, out string? whyNot) => Ask(name, RegularFile.Open, out whyNot);

    /// <summary>Reads the beginning of a small file, as long as the buffer at most.</summary>
    /// <returns>How many bytes there were; null: as above.</returns>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public int? Read(string name, Span<byte> buffer)
    {
        using var handle = Open(name, out _);
        if (handle is null)
            return null;

        var length = 0;
        while (length < buffer.Length && RandomAccess.Read(handle, buffer[length..], length) is > 0 and var read)
            length += read;
        return length;
    }

    private T? Ask<T>(string name, Question<T> question, out string? whyNot)
    {
        whyNot = null;
        try
        {
            var answer = question(PathOf(name), Root, out var reason);
            whyNot = reason.Length > 0 ? reason : null;
            return answer;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return default;
        }
    }

    private delegate T? Question<T>(string path, string root, out string whyNot);
}
