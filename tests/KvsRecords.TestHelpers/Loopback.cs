using System.Net;
using System.Net.Sockets;

namespace KvsRecords.TestHelpers;

/// <summary>This machine, for programs that only it may call.</summary>
public static class Loopback
{
    /// <summary>Finds a port that no program listens on at the moment, for one that cannot choose its own.</summary>
    public static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
