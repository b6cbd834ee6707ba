using KvsRecords.Folder;

namespace KvsRecords.Server.Settings;

/// <summary>
/// Finds what to serve: what was named, what the crawlers' own variables name, <c>./storage</c> and its older names, or else a folder of our own.
/// Seeds need one of our own, so then only that is looked for.
/// </summary>
internal sealed class StorageSetting(
    SettingValues values, IReadOnlyDictionary<string, string> environment, string currentFolder, Problems problems)
{
    private static readonly Setting[] Choices = [Setting.Data, Setting.Storage, Setting.Ephemeral];

    // What the crawlers themselves look for, in their order.
    private static readonly string[] CrawlerVariables = ["CRAWLEE_STORAGE_DIR", "APIFY_LOCAL_STORAGE_DIR"];

    // Those of today's crawlers, of the Apify SDK up to version 2, and of Crawlee 3.0.
    private static readonly string[] CrawlerFolders = ["storage", "apify_storage", "crawlee_storage"];

    public StorageChoice Read()
    {
        var named = Choices.Where(IsChosen).Select(setting => (Setting: setting, Value: values[setting]!)).ToList();
        if (named.Count == 0)
            return Found();

        var source = named.Min(choice => choice.Value.Source);
        named.RemoveAll(choice => choice.Value.Source != source);
        if (named.Count > 1)
        {
            var flags = string.Join(", ", Choices.Select(choice => choice.Flag));
            problems.Add($"{string.Join(" and ", named.Select(choice => choice.Value.Place))}: only one of them can be served; allowed: one of {flags}", source);
        }

        var (setting, value) = named[0];
        if (setting == Setting.Ephemeral)
            return new StorageChoice.Ephemeral();
        if (setting == Setting.Data)
            return Own(value);

        if (values[Setting.Seed] is { } seed)
        {
            problems.Add(
                $"{seed.Place}: {value.Place} '{value.Text}' is served as it is, and nothing is loaded into it; "
                + $"allowed: {Setting.Data.Flag} DIR or {Setting.Ephemeral.Flag} in its place, and '{value.Text}' as one more {Setting.Seed.Flag}",
                source);
        }

        return Live(value);
    }

    private bool IsChosen(Setting setting)
    {
        if (values[setting] is not { } value)
            return false;
        if (setting != Setting.Ephemeral)
            return true;
        if (bool.TryParse(value.Text, out var isEphemeral))
            return isEphemeral;

        problems.AddMalformed(value, "is neither", setting);
        return false;
    }

    private StorageChoice Found()
    {
        if (values[Setting.Seed] is null)
        {
            foreach (var variable in CrawlerVariables)
            {
                if (environment.GetValueOrDefault(variable) is { Length: > 0 } folder)
                    return Live(new SettingValue(folder, variable, SettingSource.Found, currentFolder));
            }

            if (CrawlerFolders.FirstOrDefault(folder => Directory.Exists(Path.Join(currentFolder, folder))) is { } found)
                return Live(new SettingValue(found, Setting.Storage.Flag, SettingSource.Found, currentFolder));
        }

        return Own(new SettingValue("data", Setting.Data.Flag, SettingSource.Found, currentFolder));
    }

    private StorageChoice.LiveFolder Live(SettingValue value) => new(Check(value, Setting.Storage, "folder to serve", folder =>
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException(File.Exists(folder) ? "it is a file" : "it is not there");
        FolderStorage.CheckReadable(folder);
    }));

    private StorageChoice.Data Own(SettingValue value) => new(Check(value, Setting.Data, "folder to keep stores in", folder =>
    {
        if (File.Exists(folder))
            throw new DirectoryNotFoundException("it is a file");
    }));

    private string Check(SettingValue value, Setting setting, string what, Action<string> check)
    {
        try
        {
            if (value.Text.Length == 0)
                throw new DirectoryNotFoundException("it is empty");

            var folder = Path.GetFullPath(value.Text, value.BaseFolder);
            check(folder);
            return folder;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var why = e is DirectoryNotFoundException ? e.Message : $"it cannot be read: {e.Message.TrimEnd('.')}";
            problems.Add($"{value.Place}: '{value.Text}' is no {what}: {why}; allowed: {setting.Allowed}");
            return "";
        }
    }
}
