using System.Net.Http.Headers;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace OrderOrchestration.Tests.Api;

/// <summary>Reads server-sent events as a browser would.</summary>
internal static class EventStream
{
    public static async IAsyncEnumerable<(string Id, JsonElement Data)> ReadAsync(
        HttpClient client, string path, string? lastEventId, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/event-stream"));
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        Assert.That(response.Content.Headers.ContentType?.MediaType, Is.EqualTo("text/event-stream"));
        await using var stream = await response.Content.ReadAsStreamAsync(cancellationToken);
        var parser = SseParser.Create(stream, (_, bytes) => JsonSerializer.Deserialize<JsonElement>(bytes));
        await foreach (var item in parser.EnumerateAsync(cancellationToken))
        {
            yield return (parser.LastEventId, item.Data);
        }
    }
}
