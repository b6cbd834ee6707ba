using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KvsRecords.Benchmarks;

/// <summary>
/// One client that downloads an archive and throws it away. It blocks, like <see cref="Connection"/>, and looks at no more of an answer
/// than it takes to find its end: where a download takes milliseconds, a client that did more would be what is measured.
/// </summary>
internal sealed class DiscardingClient(Uri archive) : IDisposable
{
    private readonly IPEndPoint _server = new(IPAddress.Parse(archive.Host), archive.Port);

    private readonly byte[] _request = Encoding.ASCII.GetBytes(
        $"GET {archive.PathAndQuery} HTTP/1.1\r\nHost: {archive.Authority}\r\nAuthorization: Bearer {OurProgram.Token}\r\n\r\n");

    // As much as a server sends at once, or more.
    private readonly byte[] _buffer = new byte[1 << 19];

    private Socket? _socket;

    // What has been received and not been looked at.
    private int _start;
    private int _end;

    /// <summary>Connects, where there is no connection yet, or where the server has closed it: they do when nobody asks for a while.</summary>
    /// <exception cref="IOException">There is no server.</exception>
    public void Connect()
    {
        if (_socket is not null && !_socket.Poll(0, SelectMode.SelectRead))
            return;
        _socket?.Dispose();
        (_start, _end) = (0, 0);
        try
        {
            _socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            _socket.Connect(_server);
        }
        catch (SocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    /// <summary>Downloads once, over the connection.</summary>
    /// <returns>The length of the archive.</returns>
    /// <exception cref="IOException">There is no answer, or not all of it.</exception>
    public long Download()
    {
        try
        {
            for (var sent = 0; sent < _request.Length;)
                sent += _socket!.Send(_request.AsSpan(sent));
            var head = AnswerHead.Parse(ReadTo("\r\n\r\n"u8));
            if (head.Status != 200)
                throw new BenchmarkException($"{archive} answered {head.Status}.");
            return head.IsChunked ? SkipChunks() : Skip(head.ContentLength);
        }
        catch (SocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    public void Dispose() => _socket?.Dispose();

    private long SkipChunks()
    {
        for (long total = 0; ;)
        {
            if (!Utf8Parser.TryParse(ReadTo("\r\n"u8), out long length, out _, 'x'))
                throw new IOException("A chunk of the answer has no length.");
            Skip(length + 2);
            if (length == 0)
                return total;
            total += length;
        }
    }

    private long Skip(long length)
    {
        var missing = length - (_end - _start);
        while (missing > 0)
        {
            (_start, _end) = (0, 0);
            missing -= Receive();
        }
        // What came beyond it belongs to what follows.
        _start = _end + (int)missing;
        return length;
    }

    private ReadOnlySpan<byte> ReadTo(ReadOnlySpan<byte> end)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf(end)) < 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            Receive();
        }
        var read = _buffer.AsSpan(_start, length);
        _start += length + end.Length;
        return read;
    }

    private int Receive()
    {
        var read = _socket!.Receive(_buffer.AsSpan(_end));
        if (read == 0)
            throw new IOException("The connection ended within an answer.");
        _end += read;
        return read;
    }
}
