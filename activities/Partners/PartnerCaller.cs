using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using OrderOrchestration.Workflows.Messages;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace OrderOrchestration.Activities.Partners;

/// <summary>
/// Sends one call to one team and tells answers of the contract from failures. A status that the caller expects comes back as a
/// <see cref="PartnerReply"/>; everything else is a <see cref="PartnerFailureException"/>, transient or final.
/// </summary>
internal sealed class PartnerCaller(HttpClient http, string team)
{
    public Task<PartnerReply> GetAsync(string path, HttpStatusCode[] expected, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, body: null, key: null, expected, cancellationToken);

    /// <summary>A call that changes something: its key makes a repetition harmless.</summary>
    public Task<PartnerReply> ChangeAsync(
        HttpMethod method, string path, object? body, string key, HttpStatusCode[] expected, CancellationToken cancellationToken) =>
        SendAsync(method, path, body, key, expected, cancellationToken);

    private async Task<PartnerReply> SendAsync(
        HttpMethod method, string path, object? body, string? key, HttpStatusCode[] expected, CancellationToken cancellationToken)
    {
        var call = $"{method} /{path.Split('?')[0]}";
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is not null)
        {
            request.Content = JsonContent.Create(body, options: OrderJson.Options);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            if (!expected.Contains(response.StatusCode))
            {
                throw Failure(call, response);
            }

            var content = await response.Content.ReadAsByteArrayAsync(cancellationToken);
            return new PartnerReply(response.StatusCode, content.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(content, OrderJson.Options));
        }
        catch (Exception exception) when (IsTransient(exception, cancellationToken))
        {
            throw new PartnerFailureException(team, call, status: null, isTransient: true, retryAfter: null, exception);
        }
        catch (JsonException exception)
        {
            throw new PartnerFailureException(team, call, HttpStatusCode.OK, isTransient: false, retryAfter: null, exception);
        }
    }

    private PartnerFailureException Failure(string call, HttpResponseMessage response)
    {
        var transient = (int)response.StatusCode >= 500 || response.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout;
        return new PartnerFailureException(team, call, response.StatusCode, transient, response.Headers.RetryAfter?.Delta);
    }

    private static bool IsTransient(Exception exception, CancellationToken cancellationToken) => exception switch
    {
        HttpRequestException or IOException or TimeoutRejectedException or BrokenCircuitException or RateLimiterRejectedException => true,
        OperationCanceledException => !cancellationToken.IsCancellationRequested,
        _ => false,
    };
}

/// <summary>An answer of the contract: its status and its JSON body.</summary>
internal readonly record struct PartnerReply(HttpStatusCode Status, JsonElement Body)
{
    /// <summary>The body as the message it is.</summary>
    public T Read<T>() => Body.Deserialize<T>(OrderJson.Options) ?? throw new JsonException($"{typeof(T).Name} expected, null found");

    /// <summary>The <c>reason</c> of a refusal.</summary>
    public string Reason =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("reason", out var reason) && reason.GetString() is { } text ? text : "refused";
}
