using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace KvsRecords.Server.Tests;

/// <summary>A connection that stays, for what happens between one request and the next.</summary>
internal sealed class RawConnection : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly TcpClient _client = new();
    private readonly CancellationTokenSource _timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);

    private RawConnection()
    {
    }

    // Kept: after a reset, the client gives it no more, but an answer that came before can still be read.
    private NetworkStream Stream { get; set; } = null!;

    public static async Task<RawConnection> OpenAsync(Uri server)
    {
        var connection = new RawConnection();
        connection._timeout.CancelAfter(Patience);
        await connection._client.ConnectAsync(server.Host, server.Port, connection._timeout.Token);
        connection.Stream = connection._client.GetStream();
        return connection;
    }

    public Task SendAsync(string text) => Stream.WriteAsync(Encoding.Latin1.GetBytes(text), _timeout.Token).AsTask();

    /// <summary>The head of an answer, up to the empty line; "" when the connection ends before.</summary>
    public Task<string> ReadHeadAsync() => ReadUntilAsync("\r\n\r\n");

    /// <summary>An answer: its status, its head, and its body, in chunks where it came so.</summary>
    public async Task<(int Status, string Head, string Body)> ReadAnswerAsync()
    {
        var head = await ReadHeadAsync();
        Assert.NotEqual("", head);
        var status = int.Parse(head.Split(' ')[1], CultureInfo.InvariantCulture);
        if (head.Contains("\r\nTransfer-Encoding: chunked\r\n", StringComparison.OrdinalIgnoreCase))
            return (status, head, await ReadUntilAsync("0\r\n\r\n"));

        var length = head.Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        var body = new byte[int.Parse(length?.Split(' ')[1] ?? "0", CultureInfo.InvariantCulture)];
        await Stream.ReadExactlyAsync(body, _timeout.Token);
        return (status, head, Encoding.UTF8.GetString(body));
    }

    /// <summary>Reads to the end of the connection, which the server MUST come to; how many bytes that were.</summary>
    public async Task<long> ReadToEndAsync()
    {
        var buffer = new byte[64 * 1024];
        var total = 0L;
        while (await ReadAsync(buffer) is > 0 and var read)
            total += read;
        return total;
    }

    public void Dispose()
    {
        _client.Dispose();
        _timeout.Dispose();
    }

    private async Task<string> ReadUntilAsync(string end)
    {
        var text = new StringBuilder();
        var one = new byte[1];
        while (!text.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            if (await ReadAsync(one) == 0)
                return "";
            text.Append((char)one[0]);
        }

        return text.ToString();
    }

    // A reset is an end like any other here.
    private async Task<int> ReadAsync(byte[] buffer)
    {
        try
        {
            return await Stream.ReadAsync(buffer, _timeout.Token);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
