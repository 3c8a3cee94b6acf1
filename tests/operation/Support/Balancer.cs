using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace OrderOrchestration.Tests.Operation.Support;

/// <summary>A load balancer before several APIs: an API that does not answer is skipped, as by its readiness probe.</summary>
internal sealed class Balancer : IAsyncDisposable
{
    private readonly HttpClient http = new();
    private readonly IReadOnlyList<string> targets;
    private readonly WebApplication app;
    private int next;

    private Balancer(IReadOnlyList<string> targets)
    {
        this.targets = targets;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        app = builder.Build();
        app.Run(HandOnAsync);
    }

    public string Address => app.Urls.Single();

    public static async Task<Balancer> StartAsync(params string[] targets)
    {
        var started = new Balancer(targets);
        await started.app.StartAsync();
        return started;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        http.Dispose();
    }

    private async Task HandOnAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        var first = Interlocked.Increment(ref next) & int.MaxValue;
        for (var attempt = 0; attempt < targets.Count; attempt++)
        {
            var target = targets[(first + attempt) % targets.Count];
            try
            {
                using var request = Copy(context.Request, target, body.ToArray());
                using var response = await http.SendAsync(request);
                context.Response.StatusCode = (int)response.StatusCode;
                context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
                await context.Response.Body.WriteAsync(await response.Content.ReadAsByteArrayAsync());
                return;
            }
            catch (HttpRequestException)
            {
                // The next one may be there. A request that was cut off is safe to send again: it has a key, or an event's id.
            }
        }

        context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
    }

    private static HttpRequestMessage Copy(HttpRequest request, string target, byte[] body)
    {
        var copy = new HttpRequestMessage(new HttpMethod(request.Method), target + request.Path + request.QueryString) { Content = new ByteArrayContent(body) };
        foreach (var (name, values) in request.Headers.Where(header => header.Key is not ("Host" or "Content-Length" or "Transfer-Encoding")))
        {
            if (!copy.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
            {
                copy.Content.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
            }
        }

        return copy;
    }
}
