using System.Buffers.Text;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KvsRecords.Benchmarks.Clients;

/// <summary>
/// A client's connection, kept open as long as the server does. It blocks, and looks at no more of an answer than it takes to find its end:
/// the client shares the machine with the server, and where a download takes milliseconds, one that did more would be what is measured.
/// </summary>
/// <param name="server">Any address of the server.</param>
/// <param name="window">How many bytes may wait at the client, where it is not to be the fastest.</param>
internal sealed class Connection(Uri server, int? window = null) : IDisposable
{
    private readonly byte[] _buffer = new byte[window ?? 1 << 19];

    private Socket? _socket;

    // The part that has been received and not been looked at.
    private int _start;
    private int _end;

    /// <summary>Makes the request for an address, with our token.</summary>
    public static byte[] Get(Uri uri) => Encoding.ASCII.GetBytes(
        $"GET {uri.PathAndQuery} HTTP/1.1\r\nHost: {uri.Authority}\r\nAuthorization: Bearer {Ours.Token}\r\n\r\n");

    /// <summary>Connects, where there is no connection yet or the server has closed it, so that a timed request need not.</summary>
    public void Connect()
    {
        if (_socket is not null && !_socket.Poll(0, SelectMode.SelectRead))
            return;
        Dispose();
        _socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        if (window is not null)
            _socket.ReceiveBufferSize = window.Value;
        _socket.Connect(new IPEndPoint(IPAddress.Loopback, server.Port));
    }

    /// <summary>Sends a request, and reads the whole answer.</summary>
    /// <returns>The status, and the length of the body.</returns>
    public (int Status, long Length) Ask(ReadOnlySpan<byte> request, Action<ReadOnlySpan<byte>>? take = null)
    {
        var head = Send(request);
        return (head.Status, Read(head, take ?? (static _ => { })));
    }

    /// <summary>Downloads an archive.</summary>
    /// <returns>Its length in bytes.</returns>
    public long Download(ReadOnlySpan<byte> request, Action<ReadOnlySpan<byte>>? take = null) => Ask(request, take) is (200, var length)
        ? length
        : throw new BenchmarkException("an archive was answered with another status than 200");

    /// <summary>Sends a request, and reads the head of the answer.</summary>
    public AnswerHead Send(ReadOnlySpan<byte> request)
    {
        if (_socket is null)
            Connect();
        for (var sent = 0; sent < request.Length;)
            sent += _socket!.Send(request[sent..]);
        return AnswerHead.Parse(Encoding.Latin1.GetString(ReadTo("\r\n\r\n"u8)));
    }

    /// <summary>Reads the body of an answer piece by piece, as far as it is wanted.</summary>
    /// <returns>The bytes that were read.</returns>
    public long Read(AnswerHead head, Action<ReadOnlySpan<byte>> take, long most = long.MaxValue)
    {
        var length = head.IsChunked ? ReadChunks(take) : ReadPieces(Math.Min(head.Length, most), take);
        if (head.IsLast || length < head.Length)
            Dispose();
        return length;
    }

    public void Dispose()
    {
        _socket?.Dispose();
        (_socket, _start, _end) = (null, 0, 0);
    }

    private long ReadChunks(Action<ReadOnlySpan<byte>> take)
    {
        for (long total = 0; ;)
        {
            if (!Utf8Parser.TryParse(ReadTo("\r\n"u8), out long length, out _, 'x'))
                throw new IOException("A chunk of the answer has no length.");
            total += ReadPieces(length, take);
            ReadTo("\r\n"u8);
            if (length == 0)
                return total;
        }
    }

    private long ReadPieces(long length, Action<ReadOnlySpan<byte>> take)
    {
        for (var missing = length; missing > 0;)
        {
            if (_start == _end)
                Receive();
            var piece = _buffer.AsSpan(_start, (int)Math.Min(missing, _end - _start));
            take(piece);
            _start += piece.Length;
            missing -= piece.Length;
        }
        return length;
    }

    private ReadOnlySpan<byte> ReadTo(ReadOnlySpan<byte> end)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf(end)) < 0)
            Receive();
        var read = _buffer.AsSpan(_start, length);
        _start += length + end.Length;
        return read;
    }

    private void Receive()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = _socket!.Receive(_buffer.AsSpan(_end));
        _end += read > 0 ? read : throw new IOException("The connection ended within an answer.");
    }
}

/// <summary>The parts of an answer's head that are needed to find its end.</summary>
internal readonly record struct AnswerHead(int Status, long Length, bool IsChunked, bool IsLast)
{
    public static AnswerHead Parse(string head) => new(
        int.Parse(head.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture),
        long.Parse(Value(head, "Content-Length") is { Length: > 0 } length ? length : "0", CultureInfo.InvariantCulture),
        Value(head, "Transfer-Encoding") is "chunked",
        Value(head, "Connection") is "close");

    private static ReadOnlySpan<char> Value(string head, string name)
    {
        if (head.IndexOf($"\n{name}: ", StringComparison.OrdinalIgnoreCase) is not (> 0 and var at))
            return "";
        var value = head.AsSpan(at + name.Length + 3);
        return value.IndexOf('\r') is > 0 and var end ? value[..end] : value;
    }
}
