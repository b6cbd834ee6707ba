using KvsRecords.Storage;
using KvsRecords.Unix;

namespace KvsRecords.Folder;

/// <summary>A file that describes a record, as it was read. Immutable: kept with the listing, and read again where its file has changed.</summary>
/// <param name="Name">The name of the file, without <see cref="FolderNames.SidecarEnding"/>.</param>
/// <param name="Stamp">The state in which it was read.</param>
/// <param name="Content">What it says; null where it does not say anything.</param>
/// <param name="Problem">Why it does not.</param>
internal sealed record Sidecar(string Name, FileStamp Stamp, SidecarContent? Content, NoRecordReason? Problem = null)
{
    public string FileName => Name + FolderNames.SidecarEnding;
}
