using System.Net.Sockets;
using System.Text;

namespace KvsRecords.Server.Tests;

/// <summary>Requests as bytes on a socket, for what no client library would send.</summary>
internal static class RawHttp
{
    /// <summary>Sends one request and gives all that comes back until the server closes the connection.</summary>
    public static async Task<string> AskAsync(Uri server, string requestLine, params string[] headers) =>
        Encoding.UTF8.GetString(await AskAsync(server, Encoding.Latin1.GetBytes(
            string.Join("\r\n", [requestLine, .. headers, $"Host: {server.Authority}", "Connection: close", "", ""]))));

    /// <param name="server">The server's address.</param>
    /// <param name="request">The bytes.</param>
    /// <param name="isAll">
    /// Whether to say that nothing more comes, so that a request that is not whole ends. Kestrel takes that for a client that has left.
    /// </param>
    public static async Task<byte[]> AskAsync(Uri server, byte[] request, bool isAll = false)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(TimeSpan.FromMinutes(1));
        using var socket = new TcpClient();
        await socket.ConnectAsync(server.Host, server.Port, timeout.Token);
        var stream = socket.GetStream();
        await stream.WriteAsync(request, timeout.Token);
        if (isAll)
            socket.Client.Shutdown(SocketShutdown.Send);
        using var answer = new MemoryStream();
        try
        {
            await stream.CopyToAsync(answer, timeout.Token);
        }
        catch (IOException)
        {
            // The server closed it hard: what came before counts.
        }

        return answer.ToArray();
    }
}
