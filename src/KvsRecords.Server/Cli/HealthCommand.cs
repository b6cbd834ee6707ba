using System.Net;
using System.Net.Sockets;
using System.Text;
using KvsRecords.Server.Emulator;
using KvsRecords.Server.Settings;

namespace KvsRecords.Server.Cli;

/// <summary>
/// <c>kvs-records health</c>: asks a running server whether it can serve requests, for where there is no other program to ask with.
/// </summary>
/// <param name="url">The server's address; null: where the settings say that it listens.</param>
internal sealed class HealthCommand(string? url)
{
    // Longer than a busy machine takes, and shorter than the 30 seconds after which a container engine gives up.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    public async Task<int> RunAsync(ILookup<Setting, string> flags)
    {
        var problems = new Problems();
        var address = url is null ? Listening(ServerOptions.Read(flags, problems), problems) : Given(url, problems);
        problems.ThrowIfAny();

        var place = new Uri(address!, Health.Path);
        try
        {
            using var patience = new CancellationTokenSource(Patience);
            var status = await StatusOfAsync(place, patience.Token);
            if (status == "200")
            {
                Terminal.Say("Healthy");
                return 0;
            }

            Terminal.Fail($"{place} answers {status}: the server runs and cannot serve requests; its log says why");
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            Terminal.Fail($"{place} does not answer: {e.Message}");
        }
        catch (OperationCanceledException)
        {
            Terminal.Fail($"{place} does not answer within {Patience.TotalSeconds} s");
        }

        return Attempt.Failed;
    }

    // By hand: HttpClient would add 3 MB to the native program, a seventh of it, for this one line.
    private static async Task<string> StatusOfAsync(Uri place, CancellationToken cancellationToken)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(place.IdnHost, place.Port, cancellationToken);
        await using var connection = client.GetStream();
        var request = $"GET {place.PathAndQuery} HTTP/1.1\r\nHost: {place.Authority}\r\nConnection: close\r\n\r\n";
        await connection.WriteAsync(Encoding.ASCII.GetBytes(request), cancellationToken);

        using var answer = new StreamReader(connection, Encoding.ASCII);
        var statusLine = await answer.ReadLineAsync(cancellationToken);
        return statusLine?.Split(' ') is ["HTTP/1.1", var status, ..] ? status : throw new IOException("what answers there is no server of this kind");
    }

    private static Uri? Given(string url, Problems problems)
    {
        if (Uri.TryCreate(url, UriKind.Absolute, out var address) && address is { Scheme: "http" })
            return address;

        problems.Add($"--url: '{url}' is no such address; allowed: an http address", SettingSource.CommandLine);
        return null;
    }

    private static Uri? Listening(ServerOptions options, Problems problems)
    {
        if (options.Port == 0)
            problems.Add($"{Setting.Port.Flag}: 0 does not say where a server listens; allowed: its port, or --url URL");
        return problems.Any ? null : new Uri(ReadyLines.AddressToOpen(new IPEndPoint(options.Addresses[0], options.Port)));
    }
}
