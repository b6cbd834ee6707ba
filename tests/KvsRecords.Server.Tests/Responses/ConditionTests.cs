using System.Globalization;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>
/// Conditions that are malformed or do not hold: never a part of another version, which a client would join to what it has. For records and
/// for archives alike.
/// </summary>
public sealed class ConditionTests(ServerFixture fixture) : ServerTests(fixture)
{
    private const string Date = "Wed, 21 Oct 2026 07:28:00 GMT";

    /// <summary>Values of <c>If-Range</c> beside which a range does not count. {0}: the tag, {1}: the tag without quotes, {2}: the time.</summary>
    public static TheoryData<string> NotThis =>
    [
        "{1}", "\"{1}", "{1}\"", "W/{0}", "w/{0}", "'{1}'", "\"\"", "\"", "*", "nonsense", "", " ", "{0},{0}", "{0}, \"other\"", "\"other\", {0}", "\"other\"", "{0}x", "x{0}",
        "\"{1} \"", "\" {1}\"", "{2}", Date, "Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "Wednesday, 21-Oct-26 07:28:00 GMT", "Wed Oct 21 07:28:00 2026",
        "Wed, 21 Oct 2026 07:28:00", "2026-10-21T07:28:00Z", "1792567680", "0",
    ];

    [Theory]
    [MemberData(nameof(NotThis))]
    public async Task A_range_beside_another_If_Range_is_not_heeded(string value)
    {
        var store = await FilledAsync(Server);
        foreach (var path in Paths(store))
        {
            var (tag, time) = await ValidatorsAsync(Server, path);
            var given = value.Replace("{0}", tag, StringComparison.Ordinal).Replace("{1}", tag.Trim('"'), StringComparison.Ordinal).Replace("{2}", time, StringComparison.Ordinal);
            Assert.Equal(200, await StatusAsync(Server, path, "Range: bytes=2-5", $"If-Range: {given}"));
        }
    }

    [Fact]
    public async Task A_range_beside_the_tag_itself_or_none_is_heeded()
    {
        var store = await FilledAsync(Server);
        foreach (var path in Paths(store))
        {
            var (tag, time) = await ValidatorsAsync(Server, path);
            Assert.Equal(206, await StatusAsync(Server, path, "Range: bytes=2-5"));
            Assert.Equal(206, await StatusAsync(Server, path, "Range: bytes=2-5", $"If-Range: {tag}"));
            Assert.Equal(206, await StatusAsync(Server, path, "Range: bytes=2-5", $"If-Match: {tag}"));

            // As Firefox goes on with a download.
            Assert.Equal(206, await StatusAsync(Server, path, "Range: bytes=2-5", $"If-Match: {tag}", $"If-Unmodified-Since: {time}"));
        }
    }

    [Fact]
    public async Task Two_headers_If_Range_are_none_that_matches()
    {
        var store = await FilledAsync(Server);
        foreach (var path in Paths(store))
        {
            var (tag, _) = await ValidatorsAsync(Server, path);
            Assert.Equal(200, await StatusAsync(Server, path, "Range: bytes=2-5", $"If-Range: {tag}", $"If-Range: {tag}"));
            Assert.Equal(200, await StatusAsync(Server, path, "Range: bytes=2-5", "If-Range: \"other\"", $"If-Range: {tag}"));
            Assert.Equal(200, await StatusAsync(Server, path, "Range: bytes=2-5", "If-Range:", $"If-Range: {tag}"));
        }
    }

    [Theory]
    [InlineData("{1}")]
    [InlineData("\"{1}")]
    [InlineData("nonsense")]
    [InlineData("")]
    [InlineData("W/{0}")]
    [InlineData("\"other\"")]
    [InlineData("{1}, \"other\"")]
    [InlineData("\"a\" \"b\"")]
    public async Task An_If_Match_that_cannot_be_read_or_does_not_match_is_412(string value)
    {
        var store = await FilledAsync(Server);
        foreach (var path in Paths(store))
        {
            var (tag, _) = await ValidatorsAsync(Server, path);
            var given = value.Replace("{0}", tag, StringComparison.Ordinal).Replace("{1}", tag.Trim('"'), StringComparison.Ordinal);
            foreach (var range in (string[])["Range: bytes=2-5", "X: y"])
                Assert.Equal(412, await StatusAsync(Server, path, range, $"If-Match: {given}"));
        }
    }

    [Theory]
    [InlineData("If-Unmodified-Since: nonsense", 200)]
    [InlineData("If-Unmodified-Since:", 200)]
    [InlineData("If-Unmodified-Since: 2999-10-21", 200)]
    [InlineData("If-Unmodified-Since: Fri, 31 Dec 9999 23:59:59 GMT", 200)]
    [InlineData("If-None-Match: nonsense", 200)]
    [InlineData("If-None-Match:", 200)]
    [InlineData("If-None-Match: \"other", 200)]
    [InlineData("If-None-Match: \"other\"", 206)]
    [InlineData("If-Modified-Since: nonsense", 206)]
    public async Task A_condition_that_cannot_be_read_gives_the_whole(string condition, int status)
    {
        var store = await FilledAsync(Server);
        foreach (var path in Paths(store))
        {
            Assert.Equal(status, await StatusAsync(Server, path, "Range: bytes=2-5", condition));
            Assert.Equal(200, await StatusAsync(Server, path, condition));
        }
    }

    // The case of the report: what is joined is what it was, or the whole of what it is now.
    [Fact]
    public async Task Two_halves_of_different_versions_are_never_joined()
    {
        var store = await FilledAsync(Server);
        foreach (var path in Paths(store))
        {
            var (tag, time) = await ValidatorsAsync(Server, path);
            await Server.PutAsync(store, "a", "another value of another length");
            foreach (var condition in (string[])[tag, tag.Trim('"'), $"W/{tag}", time, "nonsense"])
                Assert.Equal(200, await StatusAsync(Server, path, "Range: bytes=2-5", $"If-Range: {condition}"));
        }
    }

    [Fact]
    public async Task A_record_of_a_live_folder_has_the_same_conditions()
    {
        using var folder = StorageFolder.WithNastyStore();
        await using var server = await OwnServer.StartAsync(flags: (Setting.Storage, folder.Path));
        const string Path = "/v2/key-value-stores/dev~my-store/records/post";
        var (tag, time) = await ValidatorsAsync(server, Path);

        Assert.Equal(206, await StatusAsync(server, Path, "Range: bytes=2-5"));
        foreach (var condition in (string[])[tag.Trim('"'), $"W/{tag}", time, "nonsense", ""])
            Assert.Equal(200, await StatusAsync(server, Path, "Range: bytes=2-5", $"If-Range: {condition}"));
    }

    private static string[] Paths(string store) => [$"{store}/records/a", $"{store}/records", $"{store}/records?prefix=a"];

    private static async Task<string> FilledAsync(OwnServer server)
    {
        var store = await server.CreateAsync();
        await server.PutAsync(store, "a", "0123456789");
        await server.PutAsync(store, "b", "another");
        return store;
    }

    private static async Task<(string Tag, string Time)> ValidatorsAsync(OwnServer server, string path)
    {
        using var head = await server.SendAsync(HttpMethod.Head, path);
        return (head.Headers.ETag?.Tag ?? "\"none\"", head.Content.Headers.LastModified!.Value.ToString("r", CultureInfo.InvariantCulture));
    }

    private static async Task<int> StatusAsync(OwnServer server, string path, params string[] headers)
    {
        var answer = await RawHttp.AskAsync(server.Address, $"GET {path} HTTP/1.1", [$"Authorization: Bearer {RunningServer.DevelopmentToken}", .. headers]);
        return int.Parse(answer[9..12], CultureInfo.InvariantCulture);
    }
}
