using KvsRecords.Folder;

namespace KvsRecords.Server.Settings;

/// <summary>Checks that what is to be loaded is there and can be what it should be. What is in it shows when it is loaded.</summary>
internal sealed class SeedSetting(SettingValues values, Problems problems)
{
    public IReadOnlyList<string> Read() => [.. values.AllOf(Setting.Seed).Select(Check).OfType<string>()];

    private string? Check(SettingValue value)
    {
        try
        {
            var path = value.Text.Length > 0 ? Path.GetFullPath(value.Text, value.BaseFolder) : "";
            if (Directory.Exists(path))
                FolderStorage.CheckReadable(path);
            else if (!File.Exists(path))
                throw new FileNotFoundException("is not there");
            else if (!IsArchive(path))
                throw new FileNotFoundException("is neither a folder nor an archive with a name");
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            var what = e is FileNotFoundException ? e.Message : $"cannot be read ({e.Message.TrimEnd('.')})";
            problems.Add($"{value.Place}: '{value.Text}' {what}; allowed: {Setting.Seed.Allowed}");
            return null;
        }
    }

    private static bool IsArchive(string path) =>
        Path.GetExtension(path).Equals(".zip", StringComparison.OrdinalIgnoreCase) && Path.GetFileNameWithoutExtension(path).Length > 0;
}
