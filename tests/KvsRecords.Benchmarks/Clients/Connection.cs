using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace KvsRecords.Benchmarks.Clients;

/// <summary>
/// A client's connection, kept open as long as the server does. It blocks, and looks at no more of an answer than it takes to find its end:
/// the client shares the machine with the server, and where a download takes milliseconds, one that did more would be what is measured.
/// Where it is not to be the fastest, its window says how many bytes may wait at the client.
/// </summary>
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

    /// <summary>Downloads an archive.</summary>
    /// <returns>Its length in bytes.</returns>
    public long Download(ReadOnlySpan<byte> request, Action<ReadOnlySpan<byte>>? take = null) => Ask(request, take) is (200, var length)
        ? length
        : throw new BenchmarkException("an archive was answered with another status than 200");

    /// <summary>Sends a request, and reads the whole answer.</summary>
    /// <returns>The status, and the length of the body.</returns>
    public (int Status, long Length) Ask(ReadOnlySpan<byte> request, Action<ReadOnlySpan<byte>>? take = null)
    {
        var (status, length) = Send(request);
        return (status, Read(length, take ?? (static _ => { })));
    }

    /// <summary>Sends a request, and reads the head of the answer.</summary>
    /// <returns>The status, and the length of the body; null for one in chunks.</returns>
    public (int Status, long? Length) Send(ReadOnlySpan<byte> request)
    {
        if (_socket is null)
            Connect();
        for (var sent = 0; sent < request.Length;)
            sent += _socket!.Send(request[sent..]);
        const string ContentLength = "Content-Length: ";
        var head = ReadTo("\r\n\r\n"u8).Split("\r\n");
        var length = head.FirstOrDefault(line => line.StartsWith(ContentLength, StringComparison.OrdinalIgnoreCase));
        var status = int.Parse(head[0].AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
        return (status, length is null ? null : long.Parse(length[ContentLength.Length..], CultureInfo.InvariantCulture));
    }

    /// <summary>Reads the body of an answer piece by piece, until its end or until it is disconnected.</summary>
    /// <returns>The bytes that were read.</returns>
    public long Read(long? length, Action<ReadOnlySpan<byte>> take) => length is null ? ReadChunks(take) : ReadPieces(length.Value, take);

    public void Dispose()
    {
        _socket?.Dispose();
        (_socket, _start, _end) = (null, 0, 0);
    }

    private long ReadChunks(Action<ReadOnlySpan<byte>> take)
    {
        for (long total = 0; ;)
        {
            if (!long.TryParse(ReadTo("\r\n"u8), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var length))
                throw new IOException("A chunk of the answer has no length.");
            total += ReadPieces(length, take);
            ReadTo("\r\n"u8);
            if (length == 0)
                return total;
        }
    }

    private long ReadPieces(long length, Action<ReadOnlySpan<byte>> take)
    {
        var missing = length;
        while (missing > 0 && _socket is not null)
        {
            if (_start == _end)
                Receive();
            var piece = _buffer.AsSpan(_start, (int)Math.Min(missing, _end - _start));
            _start += piece.Length;
            missing -= piece.Length;
            take(piece);
        }
        return length - missing;
    }

    private string ReadTo(ReadOnlySpan<byte> end)
    {
        int length;
        while ((length = _buffer.AsSpan(_start, _end - _start).IndexOf(end)) < 0)
            Receive();
        var read = Encoding.Latin1.GetString(_buffer, _start, length);
        _start += length + end.Length;
        return read;
    }

    private void Receive()
    {
        _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
        (_start, _end) = (0, _end - _start);
        var read = _socket?.Receive(_buffer.AsSpan(_end)) ?? 0;
        _end += read > 0 ? read : throw new IOException("The connection ended within an answer.");
    }
}
