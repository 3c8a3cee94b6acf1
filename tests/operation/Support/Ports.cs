using System.Net;
using System.Net.Sockets;

namespace OrderOrchestration.Tests.Operation.Support;

/// <summary>Ports for programs whose address must be known before they start.</summary>
internal static class Ports
{
    /// <summary>A loopback address that nobody listened on a moment ago.</summary>
    public static string FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return $"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}";
    }
}
