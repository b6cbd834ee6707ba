using System.Diagnostics;
using System.Net.Sockets;

namespace KvsRecords.Benchmarks.UnderLoad;

/// <summary>Somebody who downloads archives over a network that is only so fast.</summary>
internal sealed class PacedClient : IDisposable
{
    // Small, so that what he has not read yet is at the server and not in his own system.
    private const int BufferBytes = 1 << 14;

    private readonly HttpClient _client = new(new SocketsHttpHandler { ConnectCallback = Connect }) { Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Downloads an archive, or the first half of it, and then leaves.</summary>
    /// <param name="uri">Of what.</param>
    /// <param name="time">How long to take for the whole.</param>
    /// <param name="half">Whether to leave half-way.</param>
    /// <param name="begins">Called when the answer begins.</param>
    /// <param name="cancel">Ends it.</param>
    /// <returns>What was received.</returns>
    public byte[] Download(Uri uri, TimeSpan time, bool half, Action begins, CancellationToken cancel)
    {
        var start = Stopwatch.GetTimestamp();
        using var request = new HttpRequestMessage(HttpMethod.Get, uri) { Headers = { { "Authorization", $"Bearer {OurProgram.Token}" } } };
        using var response = _client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancel).EnsureSuccessStatusCode();
        begins();
        using var body = response.Content.ReadAsStream(cancel);
        var archive = new byte[response.Content.Headers.ContentLength ?? throw new BenchmarkException("the archive has no length")];
        var end = half ? archive.Length / 2 : archive.Length;
        for (var received = 0; received < end;)
        {
            var ahead = (time * ((double)received / archive.Length)) - Stopwatch.GetElapsedTime(start);
            // Shorter waits would only cost time of the processor that they share.
            if (ahead > TimeSpan.FromMilliseconds(10))
                cancel.WaitHandle.WaitOne(ahead);
            cancel.ThrowIfCancellationRequested();
            var read = body.Read(archive.AsSpan(received, Math.Min(1 << 16, archive.Length - received)));
            received += read > 0 ? read : throw new IOException($"The archive ended after {received} of {archive.Length} bytes.");
        }
        return archive;
    }

    public void Dispose() => _client.Dispose();

    private static ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken cancel)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveBufferSize = BufferBytes };
        socket.Connect(context.DnsEndPoint);
        return ValueTask.FromResult<Stream>(new NetworkStream(socket, ownsSocket: true));
    }
}
