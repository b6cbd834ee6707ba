using System.Globalization;
using KvsRecords.Server.Logging;
using KvsRecords.Server.Settings;
using Microsoft.Data.Sqlite;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting.Display;

namespace KvsRecords.Server.Tests;

/// <summary>Nothing that others have named moves a terminal's cursor or forges a line, wherever the program says it.</summary>
public sealed class PrintableTests : IDisposable
{
    private const string Nasty = "a\n12:00:00.000 [ERR] forged\u001b[2J\r\u009b1m\u202Etxt\u2028z";
    private const string Shown = @"a\n12:00:00.000 [ERR] forged\u001B[2J\r\u009B1m\u202Etxt\u2028z";

    private readonly StorageFolder _folder = new();

    [Theory]
    [InlineData("", "")]
    [InlineData("plain (ěščř) 😀 \u00A0\u200D", "plain (ěščř) 😀 \u00A0\u200D")]
    [InlineData(@"C:\new", @"C:\new")]
    [InlineData("\0\t\u007F\u0080\u0085\u2029\u2066\u200F", @"\u0000\t\u007F\u0080\u0085\u2029\u2066\u200F")]
    [InlineData(Nasty, Shown)]
    public void Control_characters_are_shown_and_everything_else_stays(string text, string shown) => Assert.Equal(shown, Printable.Of(text));

    [Fact]
    public void No_control_character_of_Unicode_is_printed() =>
        Assert.All(Enumerable.Range(0, 0xD800).Select(c => (char)c).Where(char.IsControl), c => Assert.StartsWith("\\", Printable.Of($"{c}"), StringComparison.Ordinal));

    [Fact]
    public void A_log_line_has_values_on_one_line_and_exceptions_on_lines_that_the_program_makes()
    {
        var written = new StringWriter(CultureInfo.InvariantCulture);
        var configuration = new LoggerConfiguration();
        LogSetup.Configure(configuration, LogEventLevel.Debug, to => to.Sink(new Lines(written)));
        using (var logger = configuration.CreateLogger())
        {
            logger.Error(
                Thrown(new IOException(Nasty, new AggregateException(new InvalidDataException(Nasty), new FileNotFoundException(Nasty, Nasty)))),
                "{Text} {Other} {List} {Number} {Nothing}", Nasty, new Uri("urn:ok"), (string[])[Nasty], 12.5, null);
        }

        var lines = written.ToString().TrimEnd().Split(Environment.NewLine);
        Assert.Matches(@"^\d\d:\d\d:\d\d\.\d\d\d \[ERR\] a\\n12:.* urn:ok .* 12\.5 null$", lines[0]);
        Assert.All(lines, line => Assert.Equal(line, Printable.Of(line)));
        Assert.All(lines[1..], line => Assert.Matches("^(System\\.|   | ---> )", line));
        Assert.Equal(4, lines.Count(line => line.Contains(": a\\n12:00:00.000 [ERR] forged", StringComparison.Ordinal) || line.StartsWith(" ---> System.Agg", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.Contains(nameof(Thrown), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Seeds_and_a_folder_that_is_served_say_names_so()
    {
        var store = Directory.CreateDirectory(Path.Join(_folder.Path, "key_value_stores", "s\n[ERR] forged\u001b[2J")).FullName;
        foreach (var name in (string[])["key\n[ERR] forged\u009b.json", "whole.json"])
            await File.WriteAllTextAsync(Path.Join(store, name), "{}", TestContext.Current.CancellationToken);
        var data = Path.Join(_folder.Path, "data\n[ERR] forged");

        await using (var seeded = await ServerProcess.StartAsync(["--data", data, "--seed", _folder.Path, "--port", "0"]))
            AssertPrintable(string.Join('\n', seeded.Output), seeded.Log);
        await using (var server = await ServerProcess.StartAsync(["--storage", _folder.Path, "--port", "0"]))
        {
            await RawHttp.AskAsync(server.Address, "GET /v2/key-value-stores/dev~s%0A%5BERR%5D%20forged%1B%5B2J/keys HTTP/1.1", $"Authorization: Bearer {RunningServer.DevelopmentToken}");
            AssertPrintable(string.Join('\n', server.Output), server.Log);
        }

        foreach (var command in (string[][])[["export", "s\n[ERR] forged\u001b[2J", "--data", data, "-o", Path.Join(_folder.Path, "o\u001b.zip")], ["export", "no\n[ERR] forged", "--data", data], ["verify", "--data", data], ["verify", "--data", data + "\u001b"]])
        {
            var (_, output, error) = await ServerProcess.RunAsync(command);
            AssertPrintable(output, error);
        }
    }

    [Fact]
    public async Task Verify_says_damaged_keys_so()
    {
        _folder.Add("s", "a.json", "{}"u8);
        var data = Path.Join(_folder.Path, "data");
        await using (await OwnStores.OpenAsync(null, (Setting.Data, data), (Setting.Seed, _folder.Path)))
        {
        }

        using (var database = new SqliteConnection($"Data Source={Path.Join(data, "records.db")};Pooling=false"))
        {
            database.Open();
            using var command = database.CreateCommand();
            command.CommandText = "update records set key = $key; update stores set name = $key";
            command.Parameters.AddWithValue("$key", Nasty);
            command.ExecuteNonQuery();
        }

        var (exitCode, output, error) = await ServerProcess.RunAsync(["verify", "--data", data]);

        Assert.Equal(1, exitCode);
        Assert.Contains($"dev~{Shown}: the record '{Shown}': ", output, StringComparison.Ordinal);
        AssertPrintable(output, error);
    }

    public void Dispose() => _folder.Dispose();

    private static void AssertPrintable(params string[] said) => Assert.All(said.SelectMany(text => text.Split('\n')), line =>
    {
        Assert.Equal(line, Printable.Of(line));
        Assert.False(line.StartsWith("[ERR] forged", StringComparison.Ordinal), line);
    });

    private static IOException Thrown(IOException exception)
    {
        try
        {
            throw exception;
        }
        catch (IOException e)
        {
            return e;
        }
    }

    private sealed class Lines(TextWriter target) : ILogEventSink
    {
        private readonly MessageTemplateTextFormatter _format = new(LogSetup.Line, CultureInfo.InvariantCulture);

        public void Emit(LogEvent logEvent) => _format.Format(logEvent, target);
    }
}
