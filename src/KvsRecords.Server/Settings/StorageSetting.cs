namespace KvsRecords.Server.Settings;

/// <summary>
/// Finds the storage to serve: the one that the settings or the crawlers' own variables name, <c>./storage</c> and its older names, or else
/// a folder of managed stores. Seeds are loaded into managed stores, so with seeds only such a folder is looked for.
/// </summary>
internal sealed class StorageSetting(SettingValues values)
{
    private static readonly Setting[] Choices = [Setting.Data, Setting.Storage, Setting.Ephemeral, Setting.Database];

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
            values.Problems.Add($"{string.Join(" and ", named.Select(choice => choice.Value.Place))}: only one of them can be served; allowed: one of {flags}", source);
        }

        var (setting, value) = named[0];
        if (setting == Setting.Ephemeral)
            return new StorageChoice.Ephemeral();
        if (setting == Setting.Data)
            return Managed(value);
        if (setting == Setting.Database)
            return InDatabase(value);

        if (values[Setting.Seed] is { } seed)
        {
            values.Problems.Add(
                $"{seed.Place}: {value.Place} '{value.Text}' is served as it is, and nothing is loaded into it; "
                + $"allowed: {Setting.Data.Flag} DIR or {Setting.Ephemeral.Flag} in its place, and '{value.Text}' as one more {Setting.Seed.Flag}",
                source);
        }

        return Live(value);
    }

    /// <summary>Lists the seeds. What is in them is checked when they are loaded.</summary>
    public static IReadOnlyList<string> Seeds(SettingValues values)
    {
        var seeds = new List<string>();
        foreach (var value in values.AllOf(Setting.Seed))
        {
            try
            {
                seeds.Add(FindSeed(value));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
            {
                var problem = e is FileNotFoundException ? e.Message : $"cannot be read ({e.Message.TrimEnd('.')})";
                values.Problems.Add($"{value.Place}: '{value.Text}' {problem}; allowed: {Setting.Seed.Help}");
            }
        }

        return seeds;
    }

    private static string FindSeed(SettingValue value)
    {
        var path = value.Text.Length > 0 ? Path.GetFullPath(value.Text, value.BaseFolder) : "";
        if (Directory.Exists(path))
            CheckReadable(path);
        else if (!File.Exists(path))
            throw new FileNotFoundException("is not there");
        else if (!IsArchive(path))
            throw new FileNotFoundException("is neither a folder nor an archive with a name");
        return path;
    }

    private bool IsChosen(Setting setting) => setting == Setting.Ephemeral ? values.Of(Setting.Ephemeral) : values[setting] is not null;

    private StorageChoice Found()
    {
        if (values[Setting.Seed] is null)
        {
            foreach (var variable in CrawlerVariables)
            {
                if (values.Environment.GetValueOrDefault(variable) is { Length: > 0 } folder)
                    return Live(new SettingValue(folder, variable, SettingSource.Found, values.CurrentFolder));
            }

            if (CrawlerFolders.FirstOrDefault(folder => Directory.Exists(Path.Join(values.CurrentFolder, folder))) is { } found)
                return Live(new SettingValue(found, Setting.Storage.Flag, SettingSource.Found, values.CurrentFolder));
        }

        return Managed(new SettingValue("data", Setting.Data.Flag, SettingSource.Found, values.CurrentFolder));
    }

    private StorageChoice.LiveFolder Live(SettingValue value) => new(Check(value, Setting.Storage, "folder to serve", folder =>
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException(File.Exists(folder) ? "it is a file" : "it is not there");
        CheckReadable(folder);
    }));

    private StorageChoice.Data Managed(SettingValue value) => new(Check(value, Setting.Data, "folder to keep stores in", folder =>
    {
        if (File.Exists(folder))
            throw new DirectoryNotFoundException("it is a file");
    }));

    private StorageChoice.Database InDatabase(SettingValue value)
    {
        // It is a secret, so the problem does not repeat it.
        var connection = new DatabaseConnection(value.Text);
        if (!connection.IsClear)
        {
            values.Problems.Add(
                $"{value.Place}: it names no host, or its parts cannot be told apart (they end with ; and in a URL, other characters than letters "
                + $"and digits are percent-encoded); allowed: {Setting.Database.Help}",
                value.Source);
        }

        return new(connection);
    }

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
            values.Problems.Add($"{value.Place}: '{value.Text}' is no {what}: {why}; allowed: {setting.Help}");
            return "";
        }
    }

    private static void CheckReadable(string folder)
    {
        _ = Directory.EnumerateFileSystemEntries(folder).Any();
        var stores = Path.Join(folder, "key_value_stores");
        if (Directory.Exists(stores))
            _ = Directory.EnumerateDirectories(stores).Any();
    }

    private static bool IsArchive(string path) =>
        Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) && Path.GetFileNameWithoutExtension(path).Length > 0;
}
