using KvsRecords.Stores;

namespace KvsRecords.Server.Responses;

/// <summary>The file name of an archive: the store's name, without characters that have a meaning in paths.</summary>
internal static class ArchiveName
{
    public static string Of(Store store) =>
        $"{string.Concat(store.DisplayName.Select(c => char.IsLetterOrDigit(c) || c is ' ' or '.' or '-' or '_' or '\'' or '$' ? c : '_')).TrimStart('.')}.zip";
}
