using System.Globalization;
using System.Text;
using CsCheck;

namespace KvsRecords.Server.Tests;

/// <summary>Content types and conditions that no client would write, held against rules that are written down here a second time.</summary>
public sealed class HeaderFuzzTests
{
    private static readonly string[] Types =
    [
        "image/png", "image/svg+xml", "text/html", "text/plain; charset=utf-8", "application/json;charset=utf-8", "application/pdf", "multipart/x-mixed-replace;boundary=x", "IMAGE/PNG ; CHARSET=utf-7",
    ];

    private static readonly string[] Harmless = ["image/png", "text/plain", "application/json", "application/pdf"];

    private static readonly Gen<string> ContentType =
        Mutation.Tokens(Types, ",", ";", "=", "\"", "\\", "*", "/", "+xml", "text/html", "image/png", " ", "charset", "<", "(", "'", "q=1")
            .Select(text => new string([.. text.Where(c => c is >= ' ' and < '\x7F')]));

    [Fact]
    public async Task No_content_type_but_one_harmless_type_is_without_a_sandbox()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();

        await Fuzz.RunAsync("content types, each written and read again", ContentType, Mutation.Utf8, async contentType =>
        {
            var key = string.Create(CultureInfo.InvariantCulture, $"k{(uint)contentType.GetHashCode(StringComparison.Ordinal)}");
            using var put = await server.SendAsync(HttpMethod.Put, $"{store}/records/{key}", OwnServer.Body("<script>"u8.ToArray(), contentType));
            if ((int)put.StatusCode == 400)
                return;

            Assert.Equal(201, (int)put.StatusCode);
            using var response = await server.GetAsync($"{store}/records/{key}");
            var served = response.Content.Headers.NonValidated["Content-Type"].ToString();
            Assert.True(response.Headers.Contains("Content-Security-Policy") || IsHarmless(served), served);
        }, weight: 8);
    }

    [Fact]
    public async Task A_range_is_heeded_only_beside_no_condition_or_one_that_holds()
    {
        await using var server = await OwnServer.StartAsync();
        var store = await server.CreateAsync();
        await server.PutAsync(store, "a", "0123456789");
        var paths = new[] { $"{store}/records/a", $"{store}/records" };
        var tags = new List<string>();
        foreach (var path in paths)
            tags.Add((await server.SendAsync(HttpMethod.Head, path)).Headers.ETag!.Tag);

        var conditions = Mutation.Tokens(
            [.. tags, $"W/{tags[0]}", "\"other\", \"another\"", "*", "Wed, 21 Oct 2026 07:28:00 GMT"], [.. tags, .. tags.Select(tag => tag.Trim('"')), "\"", "W/", ",", " ", "\t"]);
        var cases = Gen.Select(Gen.Int[0, 1], Mutation.OneOf("If-Range", "If-Range", "If-Match", "If-Unmodified-Since"), conditions.Array[0, 2]);

        await Fuzz.RunAsync("conditions beside a range", cases, one => Encoding.UTF8.GetBytes($"{one.Item1} {one.Item2}: {string.Join(" | ", one.Item3)}"), async one =>
        {
            var (path, name, values) = one;
            values = [.. values.Select(value => new string([.. value.Where(c => c is >= ' ' and < '\x7F' or '\t')]))];
            var answer = await RawHttp.AskAsync(
                server.Address,
                $"GET {paths[path]} HTTP/1.1",
                [$"Authorization: Bearer {RunningServer.DevelopmentToken}", "Range: bytes=2-5", .. values.Select(value => $"{name}: {value}")]);

            var status = int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture);
            Assert.Contains(status, (int[])[200, 206, 412]);
            if (status == 206)
                Assert.True(values.Length == 0 || Holds(name, values, tags[path]), $"{name}: {string.Join(" | ", values)}");
        }, weight: 4);
    }

    private static bool IsHarmless(string contentType)
    {
        var parts = contentType.Split(';');
        return Harmless.Contains(parts[0].TrimEnd(' '), StringComparer.OrdinalIgnoreCase)
            && (parts.Length == 1 || (parts.Length == 2 && parts[1].Split('=') is [var name, var charset]
                && name.TrimStart(' ').Equals("charset", StringComparison.OrdinalIgnoreCase)
                && charset.Length > 0 && charset.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.')));
    }

    private static bool Holds(string name, string[] values, string tag) => name switch
    {
        "If-Range" => values.Length == 1 && values[0].Trim(' ', '\t') == tag,
        "If-Match" => string.Join(',', values).Split(',').Any(one => one.Trim(' ', '\t') == tag || one.Trim(' ', '\t') == "*"),
        _ => false,
    };
}
