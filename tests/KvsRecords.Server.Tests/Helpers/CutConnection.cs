using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KvsRecords.Server.Tests;

/// <summary>
/// A way to a server that breaks in the middle of the first answer, as networks do, after exactly so many bytes of its body. Whatever
/// comes after that goes through.
/// </summary>
internal sealed class CutConnection : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly int _after;
    private readonly Func<Task> _beforeCut;
    private readonly Task _accepting;
    private int _heads;

    /// <param name="server">Where it leads.</param>
    /// <param name="after">How many bytes of the first body go through.</param>
    /// <param name="beforeCut">What happens before the connection ends.</param>
    public CutConnection(Uri server, int after, Func<Task>? beforeCut = null)
    {
        (Server, _after, _beforeCut) = (server, after, beforeCut ?? (() => Task.CompletedTask));
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Server { get; set; }

    public Uri Address => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");

    /// <summary>The heads of the requests, the first of each connection.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
                passing.Add(PassAsync(await _listener.AcceptTcpClientAsync(_stop.Token)));
        }
        finally
        {
            await Task.WhenAll(passing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        using (var server = new TcpClient())
        {
            await server.ConnectAsync(Server.Host, Server.Port, _stop.Token);
            await PassAsync(client.GetStream(), server.GetStream());
        }
    }

    private async Task PassAsync(NetworkStream client, NetworkStream server)
    {
        var (request, _) = await ReadHeadAsync(client);
        _requests.Enqueue(Encoding.Latin1.GetString(request));
        await server.WriteAsync(request, _stop.Token);

        // A connection without a request, to the port's last owner, is not the one to be cut.
        if (Interlocked.Increment(ref _heads) > 1)
        {
            await Task.WhenAny(server.CopyToAsync(client, _stop.Token), client.CopyToAsync(server, _stop.Token));
            return;
        }

        var (head, body) = await ReadHeadAsync(server);
        await client.WriteAsync(head, _stop.Token);
        var part = new byte[_after];
        var there = Math.Min(body.Length, _after);
        body.AsSpan(0, there).CopyTo(part);
        await server.ReadExactlyAsync(part.AsMemory(there), _stop.Token);
        await client.WriteAsync(part, _stop.Token);
        await _beforeCut();
    }

    private async Task<(byte[] Head, byte[] Body)> ReadHeadAsync(NetworkStream stream)
    {
        var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (true)
        {
            var count = await stream.ReadAsync(buffer, _stop.Token);
            if (count == 0)
                throw new EndOfStreamException("There is no head.");
            read.Write(buffer, 0, count);
            var bytes = read.ToArray();
            if (bytes.AsSpan().IndexOf("\r\n\r\n"u8) is >= 0 and var end)
                return (bytes[..(end + 4)], bytes[(end + 4)..]);
        }
    }
}
