using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace OrderOrchestration.Tests.Host.Privacy;

/// <summary>Takes whatever a program exports over OTLP (HTTP): traces, metrics and logs.</summary>
internal sealed class TelemetrySink : IAsyncDisposable
{
    private readonly HttpListener listener = new();
    private readonly Task taking;

    public TelemetrySink()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = $"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}";
        }

        listener.Prefixes.Add(Address + "/");
        listener.Start();
        taking = Task.Run(TakeAsync);
    }

    public string Address { get; }

    public ConcurrentQueue<(string Path, byte[] Body)> Taken { get; } = new();

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await taking;
        listener.Close();
    }

    private async Task TakeAsync()
    {
        while (listener.IsListening)
        {
            try
            {
                var context = await listener.GetContextAsync();
                using var body = new MemoryStream();
                await context.Request.InputStream.CopyToAsync(body);
                Taken.Enqueue((context.Request.Url!.AbsolutePath, body.ToArray()));
                context.Response.Close();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
        }
    }
}
