using KvsRecords.Storage;
using KvsRecords.Stores;

namespace KvsRecords.Folder;

/// <summary>
/// Events about a live folder that its owner should hear of: files and stores that do not become records, or share a key or an id.
/// </summary>
public interface IFolderEvents
{
    /// <summary>A file, or a store's folder, was left out, and why, as the rest of a sentence that begins with it.</summary>
    void LeftOut(string path, string reason);

    /// <summary>Some files of a store are no records. Said whenever its folder is listed.</summary>
    void NoRecords(Store store, IReadOnlyList<NoRecordFiles> files);

    /// <summary>Two files mean the same key; the newer one is the record.</summary>
    void SameKey(string key, string servedPath, string hiddenPath);

    /// <summary>Two stores have the same id; the URL with it means the first.</summary>
    void SameId(string id, string servedPath, string hiddenPath);

    /// <summary>The metadata of a store, or a sidecar, cannot be read; the store or the record is served as if it had none.</summary>
    void UnreadableMetadata(string path, string reason);
}
