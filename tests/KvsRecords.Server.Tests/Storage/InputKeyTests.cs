using System.Text;
using System.Text.Json;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary><c>--input-key</c>: the key of a crawler's input, whose file is a record without a sidecar.</summary>
public sealed class InputKeyTests
{
    [Theory]
    [InlineData("", "", "", null)]
    [InlineData("a", "KVSRECORDS_INPUT_KEY=b", "c", "a")]
    [InlineData("", "KVSRECORDS_INPUT_KEY=b ACTOR_INPUT_KEY=d", "c", "b")]
    [InlineData("", "ACTOR_INPUT_KEY=d", "c", "c")]
    [InlineData("", "CRAWLEE_INPUT_KEY=f APIFY_INPUT_KEY=e ACTOR_INPUT_KEY=d", "", "d")]
    [InlineData("", "CRAWLEE_INPUT_KEY=f APIFY_INPUT_KEY=e ACTOR_INPUT_KEY=", "", "e")]
    [InlineData("", "CRAWLEE_INPUT_KEY=f", "", "f")]
    public void The_first_place_that_names_one_decides(string flag, string environment, string file, string? expected)
    {
        var (key, problems) = Read(flag, environment, file);

        Assert.Empty(problems);
        Assert.Equal(expected, key);
    }

    [Theory]
    [InlineData("a/b", "", "--input-key: 'a/b' is no key; allowed: ")]
    [InlineData("", "APIFY_INPUT_KEY=..", "APIFY_INPUT_KEY: '..' is no key; allowed: ")]
    public void What_cannot_be_a_key_is_refused(string flag, string environment, string expected)
    {
        var (_, problems) = Read(flag, environment, "");

        Assert.StartsWith(expected, Assert.Single(problems), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Its_file_is_a_record_of_a_folder_that_is_served_and_of_one_that_is_loaded(bool isLoaded)
    {
        using var folder = new StorageFolder();
        folder.Add("default", "OUTPUT", "{}"u8);
        folder.Add("default", "OUTPUT.__metadata__.json", """{"key":"OUTPUT","content_type":"application/json"}"""u8);
        folder.Add("default", "MY-INPUT.json", "{}"u8);
        folder.Add("default", "NO-INPUT.json", "{}"u8);
        await using var server = isLoaded
            ? await RunningServer.StartOwnAsync(flags: [(Setting.Seed, folder.Path), (Setting.InputKey, "MY-INPUT")])
            : await RunningServer.StartAsync(folder, flags: [(Setting.InputKey, "MY-INPUT")]);

        var records = await server.DownloadAsync("/v2/key-value-stores/dev~default/records");

        Assert.Equal(["MY-INPUT", "OUTPUT"], records.Keys);
    }

    private static (string? Key, IEnumerable<string> Problems) Read(string flag, string environment, string file)
    {
        using var folder = new StorageFolder();
        var problems = new Problems();
        var variables = environment.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => pair[1]);
        var flags = new List<(Setting Setting, string Value)>();
        if (flag.Length > 0)
            flags.Add((Setting.InputKey, flag));
        if (file.Length > 0)
        {
            var path = Path.Join(folder.Path, "kvs-records.json");
            File.WriteAllText(path, JsonSerializer.Serialize(new { KvsRecords = new { InputKey = file } }), Encoding.UTF8);
            flags.Add((Setting.Config, path));
        }

        var values = SettingValues.Collect(flags.ToLookup(given => given.Setting, given => given.Value), variables, folder.Path, problems);
        return (ServerOptions.Read(values).InputKey, problems.Messages);
    }
}
