using KvsRecords.Stores;

namespace KvsRecords.Server.Responses;

/// <summary>What the file of an archive is called where somebody keeps it: the store's name, without what has a meaning in paths.</summary>
internal static class ArchiveName
{
    public static string Of(Store store) =>
        $"{string.Concat(store.DisplayName.Select(c => char.IsLetterOrDigit(c) || c is ' ' or '.' or '-' or '_' or '\'' or '$' ? c : '_')).TrimStart('.')}.zip";
}
