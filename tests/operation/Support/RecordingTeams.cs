using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrderOrchestration.Tests.Operation.Support;

/// <summary>A call to another team as it went over the wire.</summary>
/// <param name="Path">With the team before it: <c>/payment/payments</c>.</param>
internal sealed record RecordedCall(string Method, string Path, string? Traceparent)
{
    /// <summary>Which trace it was made for.</summary>
    public string? TraceId => Traceparent?.Split('-')[1];
}

/// <summary>A proxy before the other teams that records each call and passes it on, as late as a test wants.</summary>
internal sealed class RecordingTeams : IAsyncDisposable
{
    private readonly ConcurrentQueue<RecordedCall> calls = new();
    private readonly SemaphoreSlim arrived = new(0);
    private readonly HttpClient teams;
    private readonly WebApplication app;

    private RecordingTeams(string address)
    {
        // Without the runtime's own propagation, so that headers are passed on as they came.
        teams = new HttpClient(new SocketsHttpHandler { ActivityHeadersPropagator = null }) { BaseAddress = new Uri(address) };
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(HandOnAsync);
    }

    public string Address => app.Urls.Single();

    public IReadOnlyCollection<RecordedCall> Calls => calls;

    /// <summary>Awaited before a call is handed on.</summary>
    public Func<RecordedCall, Task> Before { get; set; } = _ => Task.CompletedTask;

    public static async Task<RecordingTeams> StartAsync(string address)
    {
        var started = new RecordingTeams(address);
        await started.app.StartAsync();
        return started;
    }

    /// <summary>The first call whose path ends so.</summary>
    public async Task<RecordedCall> CallAsync(string method, string pathEnd, CancellationToken cancellationToken)
    {
        while (true)
        {
            if (calls.FirstOrDefault(call => call.Method == method && call.Path.EndsWith(pathEnd, StringComparison.Ordinal)) is { } found)
            {
                return found;
            }

            await arrived.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        teams.Dispose();
        arrived.Dispose();
    }

    private async Task HandOnAsync(HttpContext context)
    {
        var call = new RecordedCall(context.Request.Method, context.Request.Path, context.Request.Headers["traceparent"]);
        calls.Enqueue(call);
        arrived.Release();
        await Before(call);
        if (call.Path.StartsWith("/subscriber", StringComparison.Ordinal))
        {
            return;
        }

        using var request = new HttpRequestMessage(new HttpMethod(call.Method), call.Path + context.Request.QueryString);
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        request.Content = new ByteArrayContent(body.ToArray());
        request.Content.Headers.TryAddWithoutValidation("content-type", context.Request.ContentType);
        if (context.Request.Headers.TryGetValue("idempotency-key", out var key))
        {
            request.Headers.Add("idempotency-key", key.ToString());
        }

        using var response = await teams.SendAsync(request);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        await context.Response.Body.WriteAsync(await response.Content.ReadAsByteArrayAsync());
    }
}
