using System.Net;
using System.Net.Sockets;
using Npgsql;

namespace KvsRecords.Postgres.Tests;

/// <summary>A way to the database that hands bytes on in both directions, until it is asked to keep them, or to break.</summary>
internal sealed class FaultyNetwork : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly NpgsqlConnectionStringBuilder _target;
    private volatile TaskCompletionSource _mayGoOn = new();
    private int _commitsToCut;

    private FaultyNetwork(NpgsqlConnectionStringBuilder target)
    {
        _target = target;
        _mayGoOn.SetResult();
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>A connection string that leads through it.</summary>
    public string ConnectionString => new NpgsqlConnectionStringBuilder(_target.ConnectionString)
    {
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port,
    }.ConnectionString;

    /// <summary>Counts the connections that were cut.</summary>
    public int Cuts { get; private set; }

    public static FaultyNetwork To(string connectionString) => new(new NpgsqlConnectionStringBuilder(connectionString));

    /// <summary>Hands the next commit on, and cuts the connection before its answer.</summary>
    public void CutAfterNextCommit() => _commitsToCut = 1;

    public void Stall() => _mayGoOn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void GoOn() => _mayGoOn.TrySetResult();

    public void Dispose()
    {
        GoOn();
        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptTcpClientAsync();
                var server = new TcpClient();
                await server.ConnectAsync(IPAddress.Loopback, _target.Port);
                _ = CopyAsync(client, server, isRequest: true);
                _ = CopyAsync(server, client, isRequest: false);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, bool isRequest)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.GetStream().ReadAsync(buffer) is > 0 and var read)
            {
                await _mayGoOn.Task;
                var isCut = isRequest && buffer.AsSpan(0, read).IndexOf("COMMIT"u8) >= 0 && Interlocked.Exchange(ref _commitsToCut, 0) == 1;
                if (isCut)
                    from.Client.Shutdown(SocketShutdown.Both);
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read));
                if (!isCut)
                    continue;

                // The database goes on until it looks for the next request.
                Cuts++;
                await Task.Delay(50);
                break;
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // One side has left.
        }

        from.Dispose();
        to.Dispose();
    }
}
