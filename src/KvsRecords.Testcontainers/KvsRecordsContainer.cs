using System.Net.Http.Headers;
using DotNet.Testcontainers.Containers;

namespace KvsRecords.Testcontainers;

/// <summary>A container with the key-value stores of the Apify API.</summary>
public sealed class KvsRecordsContainer : DockerContainer
{
    internal KvsRecordsContainer(KvsRecordsConfiguration configuration)
        : base(configuration) => (Token, EmulatorToken) = (configuration.Token, configuration.EmulatorToken);

    /// <summary>Gets the token of the server's user <c>dev</c>, who owns the seeds.</summary>
    public string Token { get; }

    /// <summary>Gets the token that opens <c>/_emulator</c>: reset, requests, faults, clock. It opens no store.</summary>
    public string EmulatorToken { get; }

    /// <summary>Gets the address of the started server, without a path: what the official clients call the base URL.</summary>
    public string GetBaseUrl() => $"http://{Hostname}:{GetMappedPublicPort(KvsRecordsBuilder.Port)}";

    /// <summary>Brings everything back to what it was at the start: the seeds, and nothing else.</summary>
    /// <exception cref="HttpRequestException">The server refuses it, as it does where it keeps stores for good.</exception>
    public async Task ResetAsync(CancellationToken cancellationToken = default)
    {
        using var client = new HttpClient();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", EmulatorToken);
        using var answer = await client.PostAsync($"{GetBaseUrl()}/_emulator/reset", content: null, cancellationToken);
        answer.EnsureSuccessStatusCode();
    }
}
