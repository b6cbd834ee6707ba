using System.Text;
using System.Text.Json;

namespace KvsRecords.Server.Tests;

/// <summary>What is asked of every answer, whatever the request was.</summary>
internal static class RawAnswer
{
    // The framework's answers to conditions and ranges have no body either (412, 416).
    private static readonly int[] WithoutBody = [400, 408, 412, 413, 414, 416, 431];

    /// <summary>It MUST be there, be no fault of the server, and where it is an error be the envelope, or what Kestrel says by itself.</summary>
    public static void AssertSound(byte[] bytes, bool isToHead)
    {
        var answer = Encoding.UTF8.GetString(bytes);
        Assert.Matches(@"^HTTP/1\.1 [2345]\d\d ", answer);
        Assert.False(answer[9] == '5', answer);
        if (answer[9] != '4')
            return;

        var end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var body = answer[(end + 4)..];
        if (body.Length == 0)
        {
            Assert.True(isToHead || answer.Contains("\r\nAllow: CONNECT\r\n", StringComparison.Ordinal) || WithoutBody.Contains(int.Parse(answer[9..12], System.Globalization.CultureInfo.InvariantCulture)), answer);
            return;
        }

        Assert.Contains("\r\nContent-Type: application/json; charset=utf-8\r\n", answer, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(body);
        var error = Assert.Single(json.RootElement.EnumerateObject());
        Assert.Equal("error", error.Name);
        Assert.NotEqual("", error.Value.GetProperty("type").GetString());
        Assert.NotEqual("", error.Value.GetProperty("message").GetString());
    }
}
