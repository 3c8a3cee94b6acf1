using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrderOrchestration.Tests.Server.Requests;

/// <summary>Stands between a client and a server and notes of every gRPC message that the client sends whether it is compressed.</summary>
internal sealed class RecordingProxy : IAsyncDisposable
{
    private const int Preface = 24;
    private const int FrameHeader = 9;
    private const byte DataFrame = 0;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly IPEndPoint server;
    private readonly ConcurrentQueue<string> messages = [];
    private readonly ConcurrentBag<TcpClient> connections = [];
    private readonly Task accepting;

    public RecordingProxy(string targetHost)
    {
        server = IPEndPoint.Parse(targetHost);
        listener.Start();
        accepting = AcceptAsync();
    }

    /// <summary>Gets where the client connects instead.</summary>
    public string TargetHost => listener.LocalEndpoint.ToString()!;

    /// <summary>Gets "compressed" or "plain" for each message, in their order.</summary>
    public IReadOnlyList<string> Messages => [.. messages];

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await listener.AcceptTcpClientAsync();
            var onward = new TcpClient { NoDelay = true };
            connections.Add(client);
            connections.Add(onward);
            await onward.ConnectAsync(server);
            _ = ListenAsync(client.GetStream(), onward.GetStream());
            _ = onward.GetStream().CopyToAsync(client.GetStream());
        }
    }

    private async Task ListenAsync(NetworkStream client, NetworkStream onward)
    {
        var heard = new HashSet<string>();
        await PassOnAsync(client, onward, Preface);
        while (true)
        {
            var frame = await PassOnAsync(client, onward, FrameHeader);
            var length = (frame[0] << 16) | (frame[1] << 8) | frame[2];
            var payload = new byte[length];
            await client.ReadExactlyAsync(payload);

            // A message begins with a byte that says whether it is compressed, and these are small: one frame each.
            if (frame[3] == DataFrame && length > 0 && heard.Add(Convert.ToHexString(frame, 5, 4)))
            {
                messages.Enqueue(payload[0] == 0 ? "plain" : "compressed");
            }

            await onward.WriteAsync(payload);
        }
    }

    private static async Task<byte[]> PassOnAsync(NetworkStream client, NetworkStream onward, int bytes)
    {
        var passed = new byte[bytes];
        await client.ReadExactlyAsync(passed);
        await onward.WriteAsync(passed);
        return passed;
    }
}
