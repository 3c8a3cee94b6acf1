using System.Net;

namespace OrderOrchestration.Tests.Host;

/// <summary>A client that repeats a request answered 503, which says that it did not happen and when to retry (contract §1).</summary>
internal static class RetryAfter
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    /// <param name="request">Makes the request, each time under the same idempotency key.</param>
    public static async Task<HttpResponseMessage> SendAsync(HttpClient http, Func<HttpRequestMessage> request)
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            using var message = request();
            var response = await http.SendAsync(message);
            if (response.StatusCode != HttpStatusCode.ServiceUnavailable
                || response.Headers.RetryAfter?.Delta is not { } pause
                || TimeProvider.System.GetElapsedTime(started) > Longest)
            {
                return response;
            }

            response.Dispose();
            await Task.Delay(pause);
        }
    }
}
