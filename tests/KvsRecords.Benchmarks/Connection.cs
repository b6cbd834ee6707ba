using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;

namespace KvsRecords.Benchmarks;

/// <summary>
/// One client's connection, kept alive as long as the server does. It blocks: the kernel then wakes the very thread that an answer is
/// for, and the client takes as little of the machine as it can, which it shares with the server.
/// </summary>
internal sealed class Connection(Uri origin) : IDisposable
{
    private readonly IPEndPoint _server = new(IPAddress.Parse(origin.Host), origin.Port);

    private Socket? _socket;
    private byte[] _buffer = new byte[1 << 16];
    private int _filled;

    /// <returns>The answer, which is good until the next question.</returns>
    /// <exception cref="IOException">There is no answer, or not all of it.</exception>
    public Answer Ask(ReadOnlySpan<byte> request)
    {
        try
        {
            _socket ??= Connect();
            for (var sent = 0; sent < request.Length;)
                sent += _socket.Send(request[sent..]);
            return Receive();
        }
        catch (SocketException failure)
        {
            throw new IOException(failure.Message, failure);
        }
    }

    public void Dispose() => _socket?.Dispose();

    private Socket Connect()
    {
        var socket = new Socket(_server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(_server);
        return socket;
    }

    private Answer Receive()
    {
        _filled = 0;
        int headLength;
        while ((headLength = _buffer.AsSpan(0, _filled).IndexOf("\r\n\r\n"u8)) < 0)
            ReceiveMore();
        var head = AnswerHead.Parse(_buffer.AsSpan(0, headLength));
        var body = head.IsChunked ? ReceiveChunks(headLength + 4) : ReceiveBody(headLength + 4, head.ContentLength);
        if (head.IsLast)
        {
            _socket!.Dispose();
            _socket = null;
        }
        return new Answer(head.Status, body);
    }

    private ReadOnlySpan<byte> ReceiveBody(int start, int length)
    {
        while (_filled < start + length)
            ReceiveMore();
        return _buffer.AsSpan(start, length);
    }

    // The chunks are moved together, over what stood between them.
    private ReadOnlySpan<byte> ReceiveChunks(int start)
    {
        var (from, to) = (start, start);
        while (true)
        {
            int line;
            while ((line = _buffer.AsSpan(from, _filled - from).IndexOf("\r\n"u8)) < 0)
                ReceiveMore();
            if (!Utf8Parser.TryParse(_buffer.AsSpan(from, line), out int length, out _, 'x'))
                throw new IOException("A chunk of the answer has no length.");
            from += line + 2;
            while (_filled < from + length + 2)
                ReceiveMore();
            if (length == 0)
                return _buffer.AsSpan(start, to - start);
            _buffer.AsSpan(from, length).CopyTo(_buffer.AsSpan(to));
            (from, to) = (from + length + 2, to + length);
        }
    }

    private void ReceiveMore()
    {
        if (_filled == _buffer.Length)
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        var read = _socket!.Receive(_buffer.AsSpan(_filled));
        if (read == 0)
            throw new IOException("The connection ended within an answer.");
        _filled += read;
    }
}
