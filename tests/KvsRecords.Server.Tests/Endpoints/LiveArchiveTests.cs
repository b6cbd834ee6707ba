using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Tests;

/// <summary>The archive of a live folder has a version, from which validators, lengths and ranges follow.</summary>
public sealed class LiveArchiveTests : IDisposable
{
    private const string Store = "dev~my-store";

    private readonly StorageFolder _folder = StorageFolder.WithNastyStore();

    private static CancellationToken Running => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_answer_has_a_validator_and_the_second_a_length_too()
    {
        await using var server = await LiveServer.StartAsync(_folder);
        using var first = await server.SendAsync(HttpMethod.Get, Store);
        Assert.Null(first.Content.Headers.ContentLength);
        var bytes = await first.Content.ReadAsByteArrayAsync(Running);
        using var second = await server.SendAsync(HttpMethod.Get, Store);

        Assert.False(first.Headers.ETag!.IsWeak);
        Assert.Equal(bytes.Length, second.Content.Headers.ContentLength);
        Assert.All(new[] { first, second }, response =>
        {
            Assert.Equal(first.Headers.ETag, response.Headers.ETag);
            Assert.Equal(["bytes"], response.Headers.AcceptRanges);
            Assert.Equal("application/zip", response.Content.Headers.ContentType?.MediaType);
            Assert.Equal(first.Content.Headers.LastModified, response.Content.Headers.LastModified);
        });
        Assert.Equal(bytes, await second.Content.ReadAsByteArrayAsync(Running));
    }

    [Fact]
    public async Task HEAD_has_the_validator_at_once_and_the_length_when_the_archive_is_kept()
    {
        await using var server = await LiveServer.StartAsync(_folder);
        using var before = await server.SendAsync(HttpMethod.Head, Store);
        var (bytes, tag) = await server.DownloadAsync(Store);
        using var after = await server.SendAsync(HttpMethod.Head, Store);

        Assert.Null(before.Content.Headers.ContentLength);
        Assert.Equal(tag, before.Headers.ETag?.Tag);
        Assert.Equal(bytes.Length, after.Content.Headers.ContentLength);
        Assert.Equal(tag, after.Headers.ETag?.Tag);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Conditions_are_answered_without_a_body(bool isKept)
    {
        await using var server = await LiveServer.StartAsync(_folder);
        using var head = await server.SendAsync(HttpMethod.Head, Store);
        if (isKept)
            await server.DownloadAsync(Store);
        var (tag, time) = (head.Headers.ETag!.Tag, head.Content.Headers.LastModified!.Value.ToString("R"));

        foreach (var (name, value, status) in new[]
        {
            ("If-None-Match", tag, 304), ("If-None-Match", "*", 304), ("If-Modified-Since", time, 304), ("If-None-Match", "\"other\"", 200),
            ("If-Match", tag, 200), ("If-Match", "\"other\"", 412), ("If-Unmodified-Since", "Thu, 01 Jan 1970 00:00:00 GMT", 412),
        })
        {
            foreach (var method in new[] { HttpMethod.Get, HttpMethod.Head })
            {
                using var answer = await server.SendAsync(method, Store, (name, value));
                Assert.Equal(status, (int)answer.StatusCode);
                if (status != 200)
                    Assert.Empty(await answer.Content.ReadAsByteArrayAsync(Running));
            }
        }
    }

    [Theory]
    [InlineData("bytes=0-9")]
    [InlineData("bytes=100-")]
    [InlineData("bytes=-22")]
    [InlineData("bytes=5-5")]
    public async Task A_range_is_answered_also_when_nothing_is_kept(string range)
    {
        await using var server = await LiveServer.StartAsync(_folder);
        using var part = await server.SendAsync(HttpMethod.Get, Store, ("Range", range));
        var body = await part.Content.ReadAsByteArrayAsync(Running);
        var (bytes, tag) = await server.DownloadAsync(Store);

        Assert.Equal(206, (int)part.StatusCode);
        Assert.Equal(tag, part.Headers.ETag?.Tag);
        var at = part.Content.Headers.ContentRange!;
        Assert.Equal(bytes.Length, at.Length);
        Assert.Equal(bytes[(int)at.From!..((int)at.To! + 1)], body);
    }

    [Theory]
    [InlineData("If-Match", "\"other\"", 412)]
    [InlineData("If-None-Match", "*", 304)]
    [InlineData("If-Modified-Since", "", 304)]
    [InlineData("Range", "bytes=0-", 200)]
    [InlineData("Range", "bytes=0-1,5-6", 200)]
    public async Task Nothing_is_made_for_a_range_that_is_not_sent(string name, string value, int status)
    {
        await using var server = await LiveServer.StartAsync(_folder);
        using var head = await server.SendAsync(HttpMethod.Head, Store);
        value = value.Length > 0 ? value : head.Content.Headers.LastModified!.Value.ToString("R");
        using var answer = name == "Range"
            ? await server.SendAsync(HttpMethod.Get, Store, (name, value))
            : await server.SendAsync(HttpMethod.Get, Store, ("Range", "bytes=1-5"), (name, value));

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.Null(answer.Content.Headers.ContentRange);
        if (status != 200)
            Assert.Equal(0, server.Archives.Bytes);
    }

    [Fact]
    public async Task A_time_to_come_is_not_said()
    {
        File.SetLastWriteTimeUtc(_folder.Add("my-store", "later.txt", "x"u8), new DateTime(2099, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        await using var server = await LiveServer.StartAsync(_folder);
        using var head = await server.SendAsync(HttpMethod.Head, Store);

        Assert.NotNull(head.Headers.ETag);
        Assert.True(head.Content.Headers.LastModified < new DateTime(2098, 1, 1, 0, 0, 0, DateTimeKind.Utc));
    }

    [Fact]
    public async Task A_range_behind_the_end_is_416_with_the_length()
    {
        await using var server = await LiveServer.StartAsync(_folder);
        using var none = await server.SendAsync(HttpMethod.Get, Store, ("Range", "bytes=99999999-"));
        var (bytes, _) = await server.DownloadAsync(Store);

        Assert.Equal(416, (int)none.StatusCode);
        Assert.Equal(bytes.Length, none.Content.Headers.ContentRange?.Length);
    }

    [Fact]
    public async Task A_part_of_another_version_is_never_sent()
    {
        await using var server = await LiveServer.StartAsync(_folder);
        var (_, tag) = await server.DownloadAsync(Store);
        _folder.Add("my-store", "new.txt", "new"u8);
        using var answer = await server.SendAsync(HttpMethod.Get, Store, ("Range", "bytes=10-"), ("If-Range", tag!));
        using var refused = await server.SendAsync(HttpMethod.Get, Store, ("Range", "bytes=10-"), ("If-Match", tag!));

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.NotEqual(tag, answer.Headers.ETag?.Tag);
        Assert.Equal(412, (int)refused.StatusCode);
    }

    [Fact]
    public async Task A_file_that_was_just_written_leaves_the_archive_without_a_validator()
    {
        await using var server = await LiveServer.StartAsync(_folder, isSettled: false);
        _folder.Add("my-store", "fresh.txt", "fresh"u8);
        using var whole = await server.SendAsync(HttpMethod.Get, Store, ("Range", "bytes=10-"));
        using var refused = await server.SendAsync(HttpMethod.Get, Store, ("If-Match", "\"some\""));
        using var any = await server.SendAsync(HttpMethod.Get, Store, ("If-None-Match", "*"));
        Assert.Equal(304, (int)any.StatusCode);

        Assert.Equal(200, (int)whole.StatusCode);
        Assert.Null(whole.Headers.ETag);
        Assert.Null(whole.Content.Headers.LastModified);
        Assert.Equal(["none"], whole.Headers.AcceptRanges);
        Assert.Equal(412, (int)refused.StatusCode);
        await whole.Content.ReadAsByteArrayAsync(Running);
        Assert.Equal(0, server.Archives.Bytes);
    }

    public static TheoryData<string, Action<string>> Changes => new()
    {
        { "overwritten in place, as long as before", path => File.WriteAllBytes(path, new byte[new FileInfo(path).Length]) },
        { "longer", path => File.AppendAllText(path, "more") },
        { "replaced by another of the same length and time", Replace },
        { "deleted", File.Delete },
        { "renamed", path => File.Move(path, path + ".txt") },
        { "given another time", path => File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc)) },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public async Task Each_change_of_a_record_gives_another_validator(string what, Action<string> change)
    {
        await using var server = await LiveServer.StartAsync(_folder);
        var path = _folder.Add("my-store", "changed.bin", "12345678"u8);
        var before = await server.DownloadAsync(Store);
        Assert.Equal(before, await server.DownloadAsync(Store), SameArchive);

        change(path);
        var after = await server.DownloadAsync(Store);
        Assert.False(before.Tag == after.Tag, what);
        Assert.Equal(after, await server.DownloadAsync(Store), SameArchive);
    }

    [Fact]
    public async Task A_change_that_a_filter_does_not_let_through_leaves_the_validator()
    {
        await using var server = await LiveServer.StartAsync(_folder);
        var before = await server.DownloadAsync(Store + "?prefix=image");
        _folder.Add("my-store", "another.txt", "x"u8);

        Assert.Equal(before.Tag, (await server.DownloadAsync(Store + "?prefix=image")).Tag);
    }

    [Fact]
    public async Task The_same_files_give_the_same_bytes_after_a_restart()
    {
        (byte[], string?) before;
        await using (var server = await LiveServer.StartAsync(_folder))
            before = await server.DownloadAsync(Store);
        await using var next = await LiveServer.StartAsync(_folder);

        Assert.Equal(before, await next.DownloadAsync(Store), SameArchive);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_record_that_changes_while_an_archive_with_a_validator_is_sent_breaks_the_connection(bool isDeleted)
    {
        for (var i = 0; i < 40; i++)
            _folder.Add("large", $"key-{i:D2}.png", RandomBytes.Of(1_000_000, seed: i));
        await using var server = await LiveServer.StartAsync(_folder);
        using var response = await server.SendAsync(HttpMethod.Get, "dev~large");
        Assert.NotNull(response.Headers.ETag);
        var last = Path.Join(_folder.Path, "key_value_stores", "large", "key-39.png");
        if (isDeleted)
            File.Delete(last);
        else
            File.WriteAllBytes(last, RandomBytes.Of(1_000_000, seed: 99));

        await Assert.ThrowsAsync<HttpRequestException>(() => response.Content.ReadAsByteArrayAsync(Running));
        Assert.Equal(0, server.Archives.Bytes);

        // Asked again, it is whole, and of the new state.
        var (bytes, tag) = await server.DownloadAsync("dev~large");
        Assert.NotEqual(response.Headers.ETag?.Tag, tag);
        Assert.Equal((bytes, tag), await server.DownloadAsync("dev~large"), SameArchive);
    }

    [Fact]
    public async Task Without_a_cache_there_are_validators_and_no_ranges()
    {
        await using var server = await LiveServer.StartAsync(_folder, flags: (Setting.ArchiveCache, "0"));
        using var whole = await server.SendAsync(HttpMethod.Get, Store, ("Range", "bytes=10-"));

        Assert.Equal(200, (int)whole.StatusCode);
        Assert.NotNull(whole.Headers.ETag);
        Assert.Equal(["none"], whole.Headers.AcceptRanges);
    }

    public void Dispose() => _folder.Dispose();

    private static bool SameArchive((byte[] Bytes, string? Tag) one, (byte[] Bytes, string? Tag) other) =>
        one.Tag is not null && one.Tag == other.Tag && one.Bytes.AsSpan().SequenceEqual(other.Bytes);

    // As 'cp -p' and 'mv' do it.
    private static void Replace(string path)
    {
        var other = path + ".other";
        File.WriteAllBytes(other, new byte[new FileInfo(path).Length]);
        File.SetLastWriteTimeUtc(other, File.GetLastWriteTimeUtc(path));
        File.Move(other, path, overwrite: true);
    }
}
