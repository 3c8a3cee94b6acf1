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
            if (content.Length == 0)
            {
                return new PartnerReply(team, call, response.StatusCode, default);
            }

            return AnswerText.CanBeStored(content)
                ? new PartnerReply(team, call, response.StatusCode, JsonSerializer.Deserialize<JsonElement>(content, OrderJson.Options))
                : throw PartnerFailureException.Mismatch(team, call, "text that cannot be kept");
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

/// <summary>An answer of the contract: its status and its JSON body. Nothing of it is believed before it is read and checked.</summary>
internal readonly record struct PartnerReply(string Team, string Call, HttpStatusCode Status, JsonElement Body)
{
    /// <summary>A number, a flag or a word that is not said is not zero, no or the first of its kind: an answer without it has not the contract's form.</summary>
    public static JsonSerializerOptions Strict { get; } = new(OrderJson.Options) { TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { RequireValues } } };

    /// <summary>The body as the message it is.</summary>
    /// <param name="isSound">Whether its values make sense and fit what was asked for.</param>
    /// <exception cref="PartnerFailureException">It has not the contract's form, or its values cannot be believed.</exception>
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
    /// Looks whether an answer that only says "done" says it of what was asked for. One without a body says no other thing; one with a body has the contract's form.
    /// </summary>
    /// <exception cref="PartnerFailureException">It says something else.</exception>
    public void Confirm<T>(Func<T, bool> isWhatWasAsked)
    {
        if (Body.ValueKind != JsonValueKind.Undefined)
        {
            Read(isWhatWasAsked);
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
