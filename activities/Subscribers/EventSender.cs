using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Activities.Telemetry;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Activities.Subscribers;

/// <summary>
/// Sends one event to one subscriber: a structured CloudEvent, signed per Standard Webhooks. An answer 2xx means delivered; anything else is a failure.
/// </summary>
internal sealed class EventSender(HttpClient http, IOptions<EventRelayOptions> options, TimeProvider time)
{
    public async Task<Sending> SendAsync(Subscriber subscriber, StoredEvent stored, CancellationToken cancellationToken)
    {
        var orderEvent = stored.Event;
        using var activity = OrderTelemetry.Source.StartActivity(
            $"Publish:{orderEvent.Type}", ActivityKind.Producer, Traceparent.Parse(stored.Traceparent) ?? default);
        var body = JsonSerializer.SerializeToUtf8Bytes(CloudEventView.Of(orderEvent), OrderJson.Options);
        using var request = new HttpRequestMessage(HttpMethod.Post, subscriber.Url) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/cloudevents+json", "utf-8");
        EventSignature.Sign(request, MessageId(orderEvent), time.GetUtcNow(), body, subscriber.Secrets);
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(options.Value.Timeout);
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, timeout.Token);
            return response.IsSuccessStatusCode
                ? new Sending(Error: null)
                : new Sending($"answered {(int)response.StatusCode}", RetryAfter(response), response.StatusCode == HttpStatusCode.Gone);
        }
        catch (HttpRequestException e)
        {
            return new Sending($"cannot be reached: {e.Message}");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new Sending($"did not answer within {options.Value.Timeout:c}");
        }
    }

    // An event's id is only unique within its source, and may contain characters that a header may not.
    private static string MessageId(OrderEvent orderEvent) => "evt_" + Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{orderEvent.OrderId}\n{orderEvent.Source}\n{orderEvent.Id}")).AsSpan(0, 16));

    private TimeSpan? RetryAfter(HttpResponseMessage response) =>
        response.Headers.RetryAfter?.Delta ?? (response.Headers.RetryAfter?.Date is { } date ? date - time.GetUtcNow() : null);
}

/// <summary>The result of sending an event.</summary>
/// <param name="Error">What the subscriber did instead of accepting the event; <c>null</c>: delivered.</param>
/// <param name="IsGone">410: the subscriber will not accept events at this address any more.</param>
internal readonly record struct Sending(string? Error, TimeSpan? RetryAfter = null, bool IsGone = false);
