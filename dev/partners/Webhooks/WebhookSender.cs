using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using OrderOrchestration.Partners.Options;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Webhooks;

/// <summary>Sends one event in one signed request.</summary>
internal sealed class WebhookSender : IDisposable
{
    private const string MediaType = "application/cloudevents+json";
    private readonly SocketsHttpHandler handler = new() { UseProxy = false, AllowAutoRedirect = false };
    private readonly HttpClient http;
    private readonly TimeProvider clock;
    private readonly IReadOnlyDictionary<Team, string> secrets;

    public WebhookSender(PartnersOptions options, IReadOnlyDictionary<Team, string> secrets)
    {
        http = new HttpClient(handler, disposeHandler: false) { Timeout = options.WebhookRetryPolicy.AnswerWithin };
        clock = options.TransportTimeProvider;
        this.secrets = secrets;
    }

    public string SecretOf(Team team) => secrets[team];

    /// <returns>The HTTP status of the response, or null if there was none.</returns>
    public async Task<int?> SendAsync(Uri target, Team team, CloudEvent message, CancellationToken cancellationToken)
    {
        var body = JsonSerializer.Serialize(message, PartnersJson.Options);
        var now = clock.GetUtcNow();
        using var request = new HttpRequestMessage(HttpMethod.Post, target)
        {
            Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(MediaType, "utf-8")),
        };
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", WebhookSignature.Sign(SecretOf(team), message.Id, now, body));
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return (int)response.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null; // The receiver took longer than AnswerWithin.
        }
    }

    public void Dispose()
    {
        http.Dispose();
        handler.Dispose();
    }
}
