using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using OrderOrchestration.Workflows.Messages;
using Polly.CircuitBreaker;
using Polly.RateLimiting;
using Polly.Timeout;

namespace OrderOrchestration.Activities.Partners;

/// <summary>
/// Sends one call to one team and distinguishes answers of the contract from failures. An expected status is returned as a <see cref="PartnerReply"/>;
/// anything else throws a <see cref="PartnerFailureException"/>, transient or final.
/// </summary>
internal sealed class PartnerCaller(HttpClient http, string team)
{
    public Task<PartnerReply> GetAsync(string path, HttpStatusCode[] expected, CancellationToken cancellationToken) =>
        SendAsync(HttpMethod.Get, path, body: null, key: null, expected, cancellationToken);

    /// <summary>A call that changes something; idempotent by its key.</summary>
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
            if (content.Length == 0)
            {
                return new PartnerReply(team, call, response.StatusCode, default);
            }

            return AnswerText.CanBeStored(content)
                ? new PartnerReply(team, call, response.StatusCode, JsonSerializer.Deserialize<JsonElement>(content, OrderJson.Options))
                : throw PartnerFailureException.Mismatch(team, call, "text that cannot be stored");
        }
        catch (Exception exception) when (IsTransient(exception, cancellationToken))
        {
            throw new PartnerFailureException(team, call, status: null, isTransient: true, retryAfter: null, exception);
        }
        catch (JsonException exception)
        {
            throw PartnerFailureException.Mismatch(team, call, "no JSON", exception);
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

/// <summary>An answer of the contract: its status and its JSON body. Its values are validated before they are used.</summary>
internal readonly record struct PartnerReply(string Team, string Call, HttpStatusCode Status, JsonElement Body)
{
    /// <summary>
    /// A missing number, flag or enumeration value is an error and does not become the default value: the answer does not have the contract's form.
    /// </summary>
    public static JsonSerializerOptions Strict { get; } = new(OrderJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireValues } } };

    /// <summary>Deserializes and validates the body.</summary>
    /// <param name="isSound">Whether its values are plausible and match the request.</param>
    /// <exception cref="PartnerFailureException">The body does not have the contract's form, or its values are invalid.</exception>
    public T Read<T>(Func<T, bool> isSound)
    {
        T? message;
        try
        {
            message = Body.ValueKind == JsonValueKind.Object || Body.ValueKind == JsonValueKind.Array ? Body.Deserialize<T>(Strict) : default;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException or ArgumentException)
        {
            throw PartnerFailureException.Mismatch(Team, Call, $"no {typeof(T).Name}", e);
        }

        return message is not null && isSound(message) ? message : throw PartnerFailureException.Mismatch(Team, Call, $"a {typeof(T).Name} that does not fit the request");
    }

    /// <summary>
    /// Checks that an answer that only confirms the call matches the request. An answer without a body is accepted; one with a body must have the
    /// contract's form.
    /// </summary>
    /// <exception cref="PartnerFailureException">The answer does not match the request.</exception>
    public void Confirm<T>(Func<T, bool> matchesRequest)
    {
        if (Body.ValueKind != JsonValueKind.Undefined)
        {
            Read(matchesRequest);
        }
    }

    private static void RequireValues(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.AssociatedParameter is { HasDefaultValue: false }))
        {
            property.IsRequired = property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null;
        }
    }

    /// <summary>The <c>reason</c> of a refusal.</summary>
    public string Reason =>
        Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("reason", out var reason) && reason.ValueKind == JsonValueKind.String && reason.GetString() is { Length: > 0 and <= 100 } text
            ? text
            : "refused";
}
