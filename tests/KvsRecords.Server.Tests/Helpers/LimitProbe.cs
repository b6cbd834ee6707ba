namespace KvsRecords.Server.Tests;

/// <summary>What the tests of limits send, and what a client is to see.</summary>
internal static class LimitProbe
{
    public const string Token = "Authorization: Bearer " + RunningServer.DevelopmentToken + "\r\n";
    public const string Health = "GET /_emulator/health HTTP/1.1\r\nHost: localhost\r\n\r\n";
    public const string Bare = "without a body; the connection is closed";
    public const string Envelope = "the connection stays";

    /// <summary>The row of the documentation that the test in which it is called holds.</summary>
    public static void Row(string limit, string usually, string setting, string seen) => Rows.Add(
        "limits", limit, usually, setting, seen,
        $"`{TestContext.Current.TestClass!.TestClassSimpleName}.{TestContext.Current.TestMethod!.MethodName}`");

    public static string Get(string path, string headers = "") => $"GET {path} HTTP/1.1\r\nHost: localhost\r\n{Token}{headers}\r\n";

    public static async Task<int> StatusAsync(OwnServer server, string requestLine, params string[] headers) =>
        int.Parse((await RawHttp.AskAsync(server.Address, requestLine, headers)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);

    public static void AssertEnvelope(int status, string type, (int Status, string Head, string Body) answer)
    {
        Assert.Equal(status, answer.Status);
        Assert.Contains("\r\nContent-Type: application/json; charset=utf-8\r\n", answer.Head, StringComparison.Ordinal);
        Assert.StartsWith($$"""{"error":{"type":"{{type}}","message":" """.TrimEnd(), answer.Body, StringComparison.Ordinal);
    }

    public static byte[] Noise(int length)
    {
        var noise = RandomBytes.Of(length);
        return noise;
    }
}
