using System.CommandLine;
using KvsRecords.Server.Cli;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>What is served: flags first, then the environment, the file, the crawlers' variables, ./storage, and a folder of our own.</summary>
public sealed class StorageChoiceTests : IDisposable
{
    private readonly StorageFolder _home = new();

    public StorageChoiceTests()
    {
        foreach (var folder in new[] { "a", "b", "c" })
            Directory.CreateDirectory(In(folder));
    }

    [Theory]
    [InlineData("--data a", "KVSRECORDS_STORAGE=b", "\"Ephemeral\": true", "data a")]
    [InlineData("--storage a", "KVSRECORDS_DATA=b", "\"Data\": \"c\"", "folder a")]
    [InlineData("--ephemeral", "KVSRECORDS_STORAGE=b", "", "ephemeral")]
    [InlineData("--ephemeral=false", "KVSRECORDS_STORAGE=b", "", "folder b")]
    [InlineData("--ephemeral=false", "KVSRECORDS_EPHEMERAL=true KVSRECORDS_DATA=b", "", "data b")]
    [InlineData("", "KVSRECORDS_STORAGE=b", "\"Data\": \"c\"", "folder b")]
    [InlineData("", "KVSRECORDS_DATA=b", "\"Storage\": \"c\"", "data b")]
    [InlineData("", "KVSRECORDS_EPHEMERAL=true", "\"Storage\": \"c\"", "ephemeral")]
    [InlineData("", "KVSRECORDS_EPHEMERAL=false", "\"Storage\": \"c\"", "folder c")]
    [InlineData("", "CRAWLEE_STORAGE_DIR=b", "\"Data\": \"c\"", "data c")]
    [InlineData("", "CRAWLEE_STORAGE_DIR=b", "\"Ephemeral\": true", "ephemeral")]
    [InlineData("", "CRAWLEE_STORAGE_DIR=a APIFY_LOCAL_STORAGE_DIR=b", "", "folder a")]
    [InlineData("", "APIFY_LOCAL_STORAGE_DIR=b", "", "folder b")]
    [InlineData("--database Host=a;Database=b", "KVSRECORDS_STORAGE=b", "", "database b on a")]
    [InlineData("", "KVSRECORDS_DATABASE=postgres://a/b", "\"Data\": \"c\"", "database b on a")]
    [InlineData("", "CRAWLEE_STORAGE_DIR=b", "\"Database\": \"postgres://a/b\"", "database b on a")]
    [InlineData("--seed a --database postgres://a/b", "", "", "database b on a")]
    [InlineData("--data a", "KVSRECORDS_DATABASE=postgres://a/b", "", "data a")]
    [InlineData("", "", "", "data data")]
    [InlineData("--seed a", "CRAWLEE_STORAGE_DIR=b", "", "data data")]
    [InlineData("--seed a --ephemeral", "", "", "ephemeral")]
    [InlineData("--seed a --data b", "", "", "data b")]
    public void The_first_place_that_names_one_decides(string flags, string environment, string file, string expected)
    {
        var (choice, problems) = Read(flags, environment, file);

        Assert.Empty(problems.Messages);
        Assert.Equal(expected, choice switch
        {
            StorageChoice.Data data => $"data {Path.GetFileName(data.Folder)}",
            StorageChoice.LiveFolder live => $"folder {Path.GetFileName(live.Folder)}",
            StorageChoice.Database database => $"{database.Connection}",
            _ => "ephemeral",
        });
    }

    [Theory]
    [InlineData("", "folder storage")]
    [InlineData("--seed a", "data data")]
    public void The_folder_storage_is_served_where_it_is_unless_something_is_to_be_loaded(string flags, string expected)
    {
        Directory.CreateDirectory(In("storage"));
        Directory.CreateDirectory(In("apify_storage"));

        var (choice, _) = Read(flags);

        Assert.Equal(expected, choice is StorageChoice.LiveFolder live ? $"folder {Path.GetFileName(live.Folder)}" : "data data");
    }

    [Theory]
    [InlineData("apify_storage", "", "folder apify_storage")]
    [InlineData("crawlee_storage", "", "folder crawlee_storage")]
    [InlineData("crawlee_storage apify_storage", "", "folder apify_storage")]
    [InlineData("crawlee_storage apify_storage storage", "", "folder storage")]
    [InlineData("crawlee_storage", "--data a", "data a")]
    [InlineData("crawlee_storage", "--seed a", "data data")]
    public void The_older_names_of_a_crawlers_folder_are_looked_for_after_it(string folders, string flags, string expected)
    {
        foreach (var folder in folders.Split(' '))
            Directory.CreateDirectory(In(folder));

        var (choice, _) = Read(flags);

        Assert.Equal(expected, choice switch
        {
            StorageChoice.LiveFolder live => $"folder {Path.GetFileName(live.Folder)}",
            StorageChoice.Data data => $"data {Path.GetFileName(data.Folder)}",
            _ => "ephemeral",
        });
    }

    [Theory]
    [InlineData("--data a --storage b", "", "", 2, "--data and --storage: only one of them")]
    [InlineData("--data a --storage b --ephemeral", "", "", 2, "--data and --storage and --ephemeral: only one of them")]
    [InlineData("", "KVSRECORDS_DATA=a KVSRECORDS_EPHEMERAL=true", "", 1, "KVSRECORDS_DATA and KVSRECORDS_EPHEMERAL: only one of them")]
    [InlineData("", "", "\"Data\": \"a\", \"Storage\": \"b\"", 1, "KvsRecords.Storage: only one of them")]
    [InlineData("", "KVSRECORDS_EPHEMERAL=perhaps", "", 1, "KVSRECORDS_EPHEMERAL: 'perhaps'")]
    [InlineData("", "", "\"Ephemeral\": 1", 1, "KvsRecords.Ephemeral: '1'")]
    [InlineData("--database postgres://a/b --ephemeral", "", "", 2, "--ephemeral and --database: only one of them can be served; allowed: one of --data, --storage, --ephemeral, --database")]
    [InlineData("", "KVSRECORDS_DATABASE=postgres://a KVSRECORDS_DATA=b", "", 1, "KVSRECORDS_DATA and KVSRECORDS_DATABASE: only one of them")]
    [InlineData("", "", "\"Database\": [\"a\"]", 1, "KvsRecords.Database: it names no host")]
    [InlineData("--database Password=sesame", "", "", 2, "--database: it names no host")]
    [InlineData("", "KVSRECORDS_DATABASE=postgres://kvs:sesame/open@db", "", 1, "KVSRECORDS_DATABASE: it names no host, or its parts cannot be told apart")]
    [InlineData("", "KVSRECORDS_NO_MIGRATE=perhaps", "", 1, "KVSRECORDS_NO_MIGRATE: 'perhaps'")]
    [InlineData("--seed a --storage b", "", "", 2, "allowed: --data DIR or --ephemeral in its place, and 'b' as one more --seed")]
    [InlineData("", "KVSRECORDS_SEED=a KVSRECORDS_STORAGE=b", "", 1, "allowed: --data DIR or --ephemeral in its place, and 'b' as one more --seed")]
    [InlineData("--data a/config.json", "", "", 1, "it is a file")]
    [InlineData("--seed nowhere", "", "", 1, "--seed: 'nowhere' is not there")]
    [InlineData("--seed a/config.json", "", "", 1, "is neither a folder nor an archive")]
    [InlineData("--max-record-size 5XB", "", "", 2, "--max-record-size: '5XB'")]
    [InlineData("--max-record-size 0", "", "", 2, "--max-record-size: '0'")]
    [InlineData("--max-downloads 0", "", "", 2, "--max-downloads: '0'")]
    [InlineData("--max-record-size 9999999TiB", "", "", 2, "--max-record-size: '9999999TiB'")]
    [InlineData("--expire-unnamed never", "", "", 2, "--expire-unnamed: 'never'")]
    public void What_cannot_be_meant_is_refused(string flags, string environment, string file, int exitCode, string problem)
    {
        File.WriteAllText(In("a/config.json"), "{}");

        var (_, problems) = Read(flags, environment, file);

        Assert.Contains(problem, Assert.Single(problems.Messages), StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", problems.Messages[0], StringComparison.Ordinal);
        Assert.Equal(exitCode, problems.ExitCode);
    }

    [Theory]
    [InlineData("--seed a --seed b", "", "")]
    [InlineData("", "KVSRECORDS_SEED=a|b", "")]
    [InlineData("", "", "\"Seed\": [\"a\", \"b\"]")]
    public void Seeds_may_be_several_in_each_place(string flags, string environment, string file)
    {
        var options = ReadOptions(flags, environment.Replace('|', Path.PathSeparator), file, new Problems());

        Assert.Equal([In("a"), In("b")], options.Seeds);
    }

    [Theory]
    [InlineData("1048576", 1_048_576)]
    [InlineData("64MB", 64_000_000)]
    [InlineData("64 mb", 64_000_000)]
    [InlineData("5GiB", 5_368_709_120)]
    [InlineData("1kb", 1_000)]
    [InlineData("7B", 7)]
    public void Sizes_may_have_a_unit(string text, long bytes) =>
        Assert.Equal(bytes, ReadOptions("", "", $"\"MaxRecordSize\": \"{text}\"", new Problems()).MaxRecordSize);

    [Fact]
    public void By_default_a_record_may_have_5_GiB_and_nothing_expires()
    {
        var options = ReadOptions("", "", "", new Problems());

        Assert.Equal((5L << 30, null), (options.MaxRecordSize, options.UnnamedExpireAfter));
        Assert.Equal(TimeSpan.FromDays(7), ReadOptions("--expire-unnamed 7", "", "", new Problems()).UnnamedExpireAfter);
        Assert.Null(ReadOptions("--expire-unnamed off", "", "", new Problems()).UnnamedExpireAfter);
    }

    public void Dispose() => _home.Dispose();

    private (StorageChoice Choice, Problems Problems) Read(string flags, string environment = "", string file = "")
    {
        var problems = new Problems();
        return (ReadOptions(flags, environment, file, problems).Storage, problems);
    }

    private ServerOptions ReadOptions(string flags, string environment, string file, Problems problems)
    {
        if (file.Length > 0)
        {
            File.WriteAllText(In("kvs-records.json"), $"{{ \"KvsRecords\": {{ {file} }} }}");
            flags = $"{flags} --config kvs-records.json";
        }

        var (command, settings) = (new RootCommand(), new SettingFlags());
        settings.AddTo(command, Setting.All);
        var given = settings.Given(command.Parse(flags.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).ToDictionary(pair => pair[0], pair => pair[1]);
        return ServerOptions.Read(SettingValues.Collect(given, variables, _home.Path, problems));
    }

    private string In(string path) => Path.Join(_home.Path, path);
}
