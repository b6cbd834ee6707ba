using CsCheck;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>Configuration files, flags and variables that no user would write: what is wrong with them is said, and nothing breaks.</summary>
public sealed class SettingsFuzzTests
{
    private static readonly string[] Files =
    [
        Configurations.Shop(),
        """
        { // A comment.
          "KvsRecords": { "Data": "d", "Seed": ["a.zip", "b"], "Host": "*", "Port": 0, "MaxRecordSize": "5GiB", "MaxDownloads": 7, "MaxSchemaTokens": 9, "Emulator": "loopback", "EmulatorToken": "token-of-its-own", "ExpireUnnamed": 3, "AllowReset": true,
          "RateLimit": { "RequestsPerSecondPerStore": 60 }, "AllowedHosts": ["a.b", "*.c"], "AllowedOrigins": "http://x,*", "PublicUrl": "http://x.y", "LogLevel": "debug",
          "ShutdownTimeout": "5", "ExitWithParent": "false", "Users": [ { "Username": "dev", "Tokens": ["t"] } ],
          "Stores": [ { "Name": "s", "SchemaFile": "schema.json", "SharedWith": ["x"] }, { "Id": "WkzbQMuFYuamGv3YF" } ],
          "Runs": [ { "Id": "r", "DefaultKeyValueStoreId": "~s", "ActorId": "a~b", "ActorTaskId": "c", "Status": "S", "Origin": "O", "StartedAt": "2026-01-31T12:00:00Z" } ], } }
        """,
    ];

    private static readonly Gen<byte[]> File = Gen.OneOf(
        Mutation.Tokens(Files, "[", "]", "{", "}", "\"\\u0000\"", "\"/\"", "\"~\"", "\"*\"").Select(Mutation.Utf8), Mutation.Bytes([.. Files.Select(Mutation.Utf8)]));

    private static readonly Gen<string> Value = Gen.OneOf(
        Mutation.OneOf("", " ", "0", "-1", "65536", "5GiB", "GiB", "off", "service", "*", "::", "1.2.3.4", "localhost", "true", "yes", "/", ".", "a\0b", "\uD800", "http://x", "http://x/y", "http://u@x", "a,b,,c", "debug", "99999999999999999999"),
        Gen.String[0, 20]);

    private static readonly Gen<(Setting Setting, string Text)> Given =
        Gen.Select(Mutation.OneOf([.. Setting.All.Where(setting => setting != Setting.Config)]), Value).Select((setting, value) => (setting, value));

    [Fact]
    public async Task Whatever_the_settings_are_they_are_read_or_what_is_wrong_is_said()
    {
        using var folder = new StorageFolder();
        var number = 0;

        await Fuzz.RunAsync(
            "configuration files, flags, variables",
            Gen.Select(File, Given.Array[0, 3], Given.Array[0, 3]),
            given => [.. given.Item1, .. Mutation.Utf8($" {string.Join(' ', given.Item2)} {string.Join(' ', given.Item3)}")],
            given =>
            {
                var path = Path.Join(folder.Path, $"{Interlocked.Increment(ref number)}.json");
                System.IO.File.WriteAllBytes(path, given.Item1);
                var flags = given.Item2.Append((Setting.Config, path)).ToLookup(flag => flag.Item1, flag => flag.Item2);
                var environment = given.Item3.DistinctBy(one => one.Setting).ToDictionary(one => one.Setting.Variable, one => one.Text);
                var problems = new Problems();

                ServerOptions.Read(SettingValues.Collect(flags, environment, folder.Path, problems));

                Assert.All(problems.Messages, message =>
                {
                    Assert.NotEqual("", message);
                    Assert.DoesNotContain("System.", message, StringComparison.Ordinal);
                });
                System.IO.File.Delete(path);
                return Task.CompletedTask;
            },
            weight: 2);
    }
}
