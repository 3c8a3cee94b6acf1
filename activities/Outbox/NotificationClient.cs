using System.Net;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Store.Outbox;

namespace OrderOrchestration.Activities.Outbox;

/// <summary>The notification team's API (알림팀, contract §2): it has the addresses of the recipients.</summary>
public sealed class NotificationClient(HttpClient http)
{
    public const string Team = "Notification";

    private static readonly HttpStatusCode[] Accepted = [HttpStatusCode.Accepted, HttpStatusCode.OK];

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>Sends a notification; idempotent by its key.</summary>
    /// <exception cref="PartnerFailureException">The team did not accept it.</exception>
    public Task SendAsync(PendingNotification notification, CancellationToken cancellationToken) => team.ChangeAsync(
        HttpMethod.Post,
        "notifications",
        new { notification.To, notification.Template, notification.Data },
        notification.Key,
        Accepted,
        cancellationToken);
}
