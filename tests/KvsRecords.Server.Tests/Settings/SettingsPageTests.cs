using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>The table of settings in the documentation is that of the program. <c>.ci/settings write</c> writes it anew.</summary>
public sealed class SettingsPageTests
{
    private const string Begin = "<!-- settings -->\n";
    private const string End = "<!-- /settings -->\n";

    private static readonly string Page = Path.Join(Repository.Root, "docs", "configuration.md");

    [Fact]
    public void The_table_in_the_documentation_is_the_table_of_settings()
    {
        var page = File.ReadAllText(Page);
        var (begin, end) = (page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, page.IndexOf(End, StringComparison.Ordinal));
        var table = string.Join("", Setting.All.Select(Row).Prepend("| --- | --- | --- | --- | --- |\n").Prepend(
            "| flag | variable | member of the file | what it does, and what is allowed | default |\n"));
        if (Environment.GetEnvironmentVariable("KVS_RECORDS_WRITE_SETTINGS") is not null)
            File.WriteAllText(Page, page[..begin] + $"\n{table}\n" + page[end..]);
        else
            Assert.Equal($"\n{table}\n", page[begin..end]);
    }

    private static string Row(Setting setting)
    {
        var flag = $"`{setting.Flag} {setting.Placeholder}".TrimEnd() + "`";
        var help = setting.Help + (setting.Page is null ? "" : $" ([more]({setting.Page}))");
        var byDefault = setting.Default is not null ? $"`{setting.Default}`"
            : setting.OtherVariables.Count > 0 ? string.Join(", else ", setting.OtherVariables.Select(variable => $"`{variable}`"))
            : "–";
        string[] cells = [flag, $"`{setting.Variable}`", setting.Member.Length > 0 ? $"`{setting.Member}`" : "–", help, byDefault];
        return $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n";
    }
}
