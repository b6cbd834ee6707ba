using KvsRecords.Folder;

namespace KvsRecords.Server.Settings;

/// <summary>Finds the folder to serve: where it was named, where the crawlers' own variables name it, or <c>./storage</c>.</summary>
internal sealed class StorageSetting(
    SettingValues values, IReadOnlyDictionary<string, string> environment, string currentFolder, Problems problems)
{
    // What the crawlers themselves look for, in their order.
    private static readonly string[] CrawlerVariables = ["CRAWLEE_STORAGE_DIR", "APIFY_LOCAL_STORAGE_DIR"];

    public string Read()
    {
        if (values[Setting.Storage] is { } named)
            return Check(named);

        foreach (var variable in CrawlerVariables)
        {
            if (environment.GetValueOrDefault(variable) is { Length: > 0 } folder)
                return Check(new SettingValue(folder, variable, OnCommandLine: false, currentFolder));
        }

        var usual = Path.Join(currentFolder, "storage");
        if (Directory.Exists(usual))
            return Check(new SettingValue("storage", Setting.Storage.Flag, OnCommandLine: false, currentFolder));

        if (values.FileFailed)
            return "";

        problems.Add(
            $"{Setting.Storage.Flag}: no folder to serve. Looked for {Setting.Storage.Flag}, {Setting.Storage.Variable}, "
            + $"{string.Join(", ", CrawlerVariables)} (none is set) and {usual} (not there); allowed: {Setting.Storage.Allowed}");
        return "";
    }

    private string Check(SettingValue value)
    {
        try
        {
            if (value.Text.Length == 0)
                throw new DirectoryNotFoundException("it is empty");

            var folder = Path.GetFullPath(value.Text, value.BaseFolder);
            if (!Directory.Exists(folder))
                throw new DirectoryNotFoundException(File.Exists(folder) ? "it is a file" : "it is not there");

            FolderStorage.CheckReadable(folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var why = e is DirectoryNotFoundException ? e.Message : $"it cannot be read: {e.Message.TrimEnd('.')}";
            problems.Add($"{value.Place}: '{value.Text}' is no folder to serve: {why}; allowed: {Setting.Storage.Allowed}");
            return "";
        }
    }
}
