using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>
/// One client who downloads archives. It blocks, reads into a buffer that is large enough for most of what has come, and throws it away: so
/// the server is what is measured, as far as the two can be told apart that share a machine.
/// </summary>
internal sealed class ArchiveClient(Uri origin) : IDisposable
{
    private readonly IPEndPoint _server = new(IPAddress.Parse(origin.Host), origin.Port);
    private readonly byte[] _buffer = new byte[1 << 19];

    private Socket? _socket;

    /// <summary>Reads until the first byte of the body has come, and leaves the rest.</summary>
    /// <returns>Milliseconds from the question on.</returns>
    public double FirstByte(string path, string? range = null)
    {
        try
        {
            var start = Ask(path, range);
            _ = ReadHead();
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }
        finally
        {
            Dispose();
        }
    }

    /// <inheritdoc cref="Download(string, TimeSpan)"/>
    public ArchiveReceived Download(string path) => Download(path, TimeSpan.Zero);

    /// <summary>Reads the whole.</summary>
    /// <param name="path">Of what.</param>
    /// <param name="atLeast">How long to take for it: a slow client reads a little, and waits.</param>
    public ArchiveReceived Download(string path, TimeSpan atLeast)
    {
        var start = Ask(path, range: null);
        var (length, received) = ReadHead();
        while (received < length)
        {
            var ahead = (atLeast * ((double)received / length)) - Stopwatch.GetElapsedTime(start);
            if (ahead > TimeSpan.Zero)
                Thread.Sleep(ahead);
            received += Receive(_buffer);
        }
        return new ArchiveReceived(start, Stopwatch.GetTimestamp(), received);
    }

    /// <summary>How long the archive is.</summary>
    public long Length(string path)
    {
        _ = Ask(path, range: null);
        var (length, _) = ReadHead();
        Dispose();
        return length;
    }

    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    // To connect is not what is timed.
    private long Ask(string path, string? range)
    {
        _socket ??= Connect();
        var request = Encoding.ASCII.GetBytes(
            $"GET {path} HTTP/1.1\r\nHost: {_server}\r\nAuthorization: Bearer {OurProgram.Token}\r\n"
            + (range is null ? "" : $"Range: bytes={range}\r\n") + "\r\n");
        var start = Stopwatch.GetTimestamp();
        for (var sent = 0; sent < request.Length;)
            sent += _socket.Send(request.AsSpan(sent));
        return start;
    }

    private Socket Connect()
    {
        var socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(_server);
        return socket;
    }

    // The first byte of the body may come with the head, or after it.
    private (long Length, long Received) ReadHead()
    {
        var filled = 0;
        int end;
        while ((end = _buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8) + 4) < 4 || end == filled)
            filled += Receive(_buffer.AsSpan(filled));
        var head = AnswerHead.Parse(_buffer.AsSpan(0, end - 4));
        return head is { Status: 200 or 206, IsChunked: false, ContentLength: > 0 }
            ? (head.ContentLength, filled - end)
            : throw new BenchmarkException($"the archive was answered with {Encoding.UTF8.GetString(_buffer.AsSpan(0, filled))}");
    }

    private int Receive(Span<byte> buffer)
    {
        try
        {
            var read = _socket!.Receive(buffer);
            return read > 0 ? read : throw new IOException("The connection ended within an archive.");
        }
        catch (SocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }
}
