using System.Net;
using CliWrap;
using CliWrap.Buffered;

namespace KvsRecords.Server.Tests;

/// <summary>Programs that download, none of which knows what a ZIP archive is.</summary>
internal static class Downloaders
{
    private const string OverHttp2 = " over HTTP/2";

    private static readonly Dictionary<string, Func<IReadOnlyList<Wanted>, Task<IEnumerable<string>>>> Programs = new()
    {
        ["HttpClient"] = wanted => HttpClientAsync(wanted, HttpVersion.Version11),
        ["HttpClient" + OverHttp2] = wanted => HttpClientAsync(wanted, HttpVersion.Version20),
        ["curl"] = wanted => CurlAsync(wanted, "--http1.1"),
        ["curl" + OverHttp2] = wanted => CurlAsync(wanted, "--http2-prior-knowledge"),
        ["Node fetch"] = wanted => ScriptAsync(wanted, "node", "download.mjs"),
        ["Python urlopen"] = wanted => ScriptAsync(wanted, "python3", "download.py", "urlopen"),
        ["Python http.client"] = wanted => ScriptAsync(wanted, "python3", "download.py", "http_client"),
        ["Python copyfileobj"] = wanted => ScriptAsync(wanted, "python3", "download.py", "copyfileobj"),
    };

    public static TheoryData<string> All => [.. Programs.Keys];

    /// <summary>
    /// Those that count what they get, where it says how much comes. <c>copyfileobj</c> does not: it tells a connection that broke from
    /// one that ended, and nothing else.
    /// </summary>
    public static TheoryData<string> Counting => [.. Programs.Keys.Where(name => !SpeaksHttp2(name) && name != "Python copyfileobj")];

    public static bool SpeaksHttp2(string name) => name.EndsWith(OverHttp2, StringComparison.Ordinal);

    /// <summary>Downloads all of it, one after the other; skips the test where the program is missing.</summary>
    /// <param name="name">One of those above.</param>
    /// <param name="urls">What.</param>
    /// <param name="range">Which bytes of it, as the header says it.</param>
    public static async Task<IReadOnlyList<Download>> GetAsync(string name, IReadOnlyList<Uri> urls, string? range = null)
    {
        var folder = Directory.CreateTempSubdirectory("kvs-records-download-").FullName;
        try
        {
            var wanted = urls.Select((url, number) => new Wanted(url, Path.Join(folder, $"{number}.zip"), range)).ToList();
            var said = (await Programs[name](wanted)).ToList();
            Assert.Equal(urls.Count, said.Count);
            return [.. wanted.Zip(said, (one, saying) => new Download(
                saying == "whole", File.Exists(one.Path) ? File.ReadAllBytes(one.Path) : [], saying))];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<IEnumerable<string>> HttpClientAsync(IReadOnlyList<Wanted> all, Version version)
    {
        using var client = new HttpClient { DefaultRequestVersion = version, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact };
        var said = new List<string>();
        foreach (var wanted in all)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, wanted.Url) { Version = version, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            request.Headers.TryAddWithoutValidation("Range", wanted.Range is null ? [] : [wanted.Range]);
            await using var file = File.Create(wanted.Path);
            try
            {
                using var response = await client.SendAsync(
                    request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
                response.EnsureSuccessStatusCode();
                await response.Content.CopyToAsync(file, TestContext.Current.CancellationToken);
                said.Add("whole");
            }
            catch (HttpRequestException e)
            {
                said.Add(e.Message);
            }
        }

        return said;
    }

    // One start for each: over HTTP/2 it asks again on a connection that it takes for broken.
    private static async Task<IEnumerable<string>> CurlAsync(IReadOnlyList<Wanted> all, string protocol)
    {
        Required.Program("curl");
        var said = new List<string>();
        foreach (var wanted in all)
        {
            string[] range = wanted.Range is null ? [] : ["--header", $"Range: {wanted.Range}"];
            var run = await CliWrap.Cli.Wrap("curl")
                .WithArguments(["--silent", "--show-error", "--fail", protocol, .. range, "--output", wanted.Path, wanted.Url.ToString()])
                .WithValidation(CommandResultValidation.None)
                .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
            said.Add(run.ExitCode == 0 ? "whole" : run.StandardError);
        }

        return said;
    }

    private static async Task<IEnumerable<string>> ScriptAsync(IReadOnlyList<Wanted> all, string program, string script, params string[] arguments)
    {
        Required.Program(program);
        var input = string.Join('\n', all.Select(wanted => string.Join('\t', (string?[])[wanted.Url.ToString(), wanted.Path, wanted.Range]).TrimEnd('\t')));
        var run = await CliWrap.Cli.Wrap(program)
            .WithArguments([Path.Join(AppContext.BaseDirectory, "Scripts", script), .. arguments])
            .WithStandardInputPipe(PipeSource.FromString(input))
            .ExecuteBufferedAsync(TestContext.Current.CancellationToken);
        return run.StandardOutput.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private sealed record Wanted(Uri Url, string Path, string? Range);
}
