using System.Net;
using System.Net.Sockets;

namespace OrderOrchestration.Tests;

/// <summary>Ports for programs whose address must be known before they start.</summary>
internal static class Ports
{
    /// <summary>A loopback port that nobody listened on a moment ago.</summary>
    public static int Free()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>The HTTP address of such a port.</summary>
    public static string FreeAddress() => $"http://127.0.0.1:{Free()}";
}
