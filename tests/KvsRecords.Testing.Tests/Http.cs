namespace KvsRecords.Testing.Tests;

/// <summary>Requests of which only the answer's status, or its text, matters.</summary>
internal static class Http
{
    public static async Task<int> StatusAsync(HttpClient client, string pathAndQuery)
    {
        using var response = await client.GetAsync(new Uri(pathAndQuery, UriKind.Relative), TestContext.Current.CancellationToken);
        return (int)response.StatusCode;
    }

    public static Task<string> TextAsync(HttpClient client, string pathAndQuery) =>
        client.GetStringAsync(new Uri(pathAndQuery, UriKind.Relative), TestContext.Current.CancellationToken);
}
