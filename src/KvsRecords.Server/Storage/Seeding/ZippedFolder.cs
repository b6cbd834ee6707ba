using KvsRecords.Server.Settings;
using KvsRecords.Stores;

namespace KvsRecords.Server.Storage.Seeding;

/// <summary>
/// An archive of a crawler's whole storage folder. Each store is unpacked into a temporary folder while it is loaded, so that the one
/// reader of folders decides what its records are.
/// </summary>
internal sealed class ZippedFolder : IDisposable
{
    private const string StoresFolder = "key_value_stores";
    private const string Metadata = "__metadata__.json";

    private readonly SeedArchive _archive;
    private readonly LeftOut _leftOut;
    private readonly ILookup<string, string> _pathsOfFolder;
    private readonly string _temporary = TemporaryFolder.Create("kvs-records-seed-");

    /// <param name="archive">The archive.</param>
    /// <param name="root">The path that <see cref="RootIn"/> found.</param>
    /// <param name="leftOut">Hears of files that are no records.</param>
    /// <exception cref="IOException">There is no room for temporary files; the message says how to name another place.</exception>
    public ZippedFolder(SeedArchive archive, string root, LeftOut leftOut)
    {
        (_archive, _leftOut) = (archive, leftOut);
        foreach (var path in archive.Paths.Where(path => !IsInAStore(path, root)))
            archive.LeaveOut(path, "outside of the stores' folders");
        _pathsOfFolder = archive.Paths.Where(path => IsInAStore(path, root)).ToLookup(path => path[root.Length..path.LastIndexOf('/')]);
        leftOut.Call(_temporary + Path.DirectorySeparatorChar + StoresFolder + Path.DirectorySeparatorChar, $"{archive.Location}: {root}");
    }

    /// <summary>The archive's folder of stores, as one that is unpacked is found; null: it holds the records of one store.</summary>
    /// <returns>Its path, which ends with a slash or is empty.</returns>
    public static string? RootIn(SeedArchive archive) => archive.Paths
        .Select(RootOf).OfType<string>()
        .MinBy(root => root.Length == 0 ? int.MaxValue : root.Length);

    /// <summary>The stores. Only their metadata is unpacked before they are loaded.</summary>
    public async Task<IReadOnlyList<ISeedStore>> FindAsync(DeclaredStores declared, string? inputKey, CancellationToken cancellationToken)
    {
        foreach (var folder in _pathsOfFolder)
            await DecompressAsync(folder.Key, [.. folder.Where(IsMetadata)], cancellationToken);

        var found = await FolderSeed.FindAsync(_temporary, declared, _leftOut, inputKey, cancellationToken);
        var folders = found.Select(seed => Path.GetFileName(seed.Model.Location)).ToHashSet(StringComparer.Ordinal);
        foreach (var path in _pathsOfFolder.Where(folder => !folders.Contains(folder.Key)).SelectMany(folder => folder))
            _archive.LeaveOut(path, "in folders that are no stores");
        return [.. found.Select(seed => new Unpacked(this, seed))];
    }

    public void Dispose() => TemporaryFolder.Remove(_temporary);

    private static string? RootOf(string path)
    {
        var segments = path.Split('/');
        var index = Array.IndexOf(segments, StoresFolder);
        if (index >= 0 && index < segments.Length - 2)
            return string.Concat(segments.Take(index + 1).Select(segment => segment + "/"));
        return segments is [_, Metadata] ? "" : null;
    }

    private static bool IsInAStore(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && path.AsSpan(root.Length).Count('/') == 1;

    private static bool IsMetadata(string path) => path.EndsWith("/" + Metadata, StringComparison.Ordinal);

    private string FolderOf(string store) => Path.Join(_temporary, StoresFolder, store);

    private async Task DecompressAsync(string store, IReadOnlyCollection<string> paths, CancellationToken cancellationToken)
    {
        CheckRoom(store, paths);
        var folder = Directory.CreateDirectory(FolderOf(store)).FullName;
        foreach (var path in paths)
        {
            var file = Path.Join(folder, Path.GetFileName(path));
            await using (var value = _archive.OpenFile(path))
            await using (var copy = new FileStream(file, FileMode.CreateNew, FileAccess.Write))
                await value.CopyToAsync(copy, cancellationToken);
            File.SetLastWriteTimeUtc(file, _archive.ModifiedOf(path).UtcDateTime);
        }
    }

    // No file becomes longer than the archive says.
    private void CheckRoom(string store, IEnumerable<string> paths)
    {
        var needed = 0L;
        foreach (var length in paths.Select(_archive.LengthOf))
            needed = length > long.MaxValue - needed ? long.MaxValue : needed + length;
        var free = new DriveInfo(_temporary).AvailableFreeSpace;
        if (needed > free)
        {
            throw new IOException(
                $"The store {store} in {_archive.Location} has {ByteSize.Shown(needed)}, and {_temporary}, where it would be unpacked, "
                + $"has {ByteSize.Shown(free)} left; {TemporaryFolder.HowToName}");
        }
    }

    private sealed class Unpacked(ZippedFolder zipped, ISeedStore seed) : ISeedStore
    {
        private readonly string _folder = Path.GetFileName(seed.Model.Location);

        public Store Model => seed.Model;

        public async ValueTask<long> OpenAsync(CancellationToken cancellationToken)
        {
            zipped._archive.Say(zipped._leftOut);
            await zipped.DecompressAsync(_folder, [.. zipped._pathsOfFolder[_folder].Where(path => !IsMetadata(path))], cancellationToken);
            return await seed.OpenAsync(cancellationToken);
        }

        public Task CopyAsync(TakeRecord take, CancellationToken cancellationToken) => seed.CopyAsync(take, cancellationToken);

        public async ValueTask DisposeAsync()
        {
            await seed.DisposeAsync();
            TemporaryFolder.Remove(zipped.FolderOf(_folder));
        }
    }
}
