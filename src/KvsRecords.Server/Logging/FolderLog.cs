using System.Collections.Concurrent;
using KvsRecords.Folder;
using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Server.Logging;

/// <summary>Logs oddities of the folder: each one once, not once for every request.</summary>
internal sealed class FolderLog(ILoggerFactory loggers) : IFolderEvents
{
    // Beyond this many, a folder is so odd that one more line would not be read; it bounds the memory.
    private const int MaxRemembered = 10_000;

    // A store whose keys are URLs may have nothing else.
    private const int MaxPerFolder = 20;

    private readonly ConcurrentDictionary<string, int> _leftOut = new(StringComparer.Ordinal);
    private readonly ILogger _logger = loggers.CreateLogger(LogEvents.Category);
    private readonly ConcurrentDictionary<string, bool> _logged = new(StringComparer.Ordinal);

    public void LeftOut(string path, string reason)
    {
        if (!IsNew(path))
            return;

        var folder = Path.GetDirectoryName(path) ?? "";
        var count = _leftOut.AddOrUpdate(folder, 1, (_, before) => before + 1);
        if (count <= MaxPerFolder)
            _logger.FileLeftOut(path, reason);
        else
            _logger.AnotherFileLeftOut(path, reason);
        if (count == MaxPerFolder + 1)
            _logger.MoreLeftOut(folder);
    }

    public void NoRecords(Store store, IReadOnlyList<NoRecordFiles> files)
    {
        // A reason that comes later is news, and the line then names all reasons.
        var isNews = false;
        foreach (var each in files)
            isNews |= IsNew($"{store.Location}\0{each.Reason}");
        if (isNews)
            _logger.NoRecords(NoRecordFiles.Describe(store, files));
    }

    public void SameKey(string key, string servedPath, string hiddenPath)
    {
        if (IsNew(servedPath + hiddenPath))
            _logger.SameKey(key, servedPath, hiddenPath);
    }

    public void SameId(string id, string servedPath, string hiddenPath)
    {
        if (IsNew(servedPath + hiddenPath))
            _logger.SameId(id, servedPath, hiddenPath);
    }

    public void UnreadableMetadata(string path, string reason)
    {
        if (IsNew(path))
            _logger.UnreadableMetadata(path, reason);
    }

    private bool IsNew(string what) => _logged.Count < MaxRemembered && _logged.TryAdd(what, true);
}
