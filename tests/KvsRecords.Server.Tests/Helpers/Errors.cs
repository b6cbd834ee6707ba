using System.Net.Http.Headers;
using System.Text.Json;

namespace KvsRecords.Server.Tests;

/// <summary>What is asked of every error: status, type and message, and a body that is exactly the envelope.</summary>
internal static class Errors
{
    public static async Task<string> AssertErrorAsync(HttpResponseMessage response, int status, string type, string? message = null)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" }, response.Content.Headers.ContentType);
        using var json = JsonDocument.Parse(body);
        Assert.Equal(["error"], json.RootElement.EnumerateObject().Select(member => member.Name));
        var error = json.RootElement.GetProperty("error");
        Assert.Equal(["type", "message"], error.EnumerateObject().Select(member => member.Name));
        Assert.Equal(type, error.GetProperty("type").GetString());
        if (message is not null)
            Assert.Equal(message, error.GetProperty("message").GetString());
        return error.GetProperty("message").GetString()!;
    }
}
