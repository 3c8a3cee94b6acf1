using System.Text.Json;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;
using OrderOrchestration.Partners.Teams;

namespace OrderOrchestration.Partners.Notifications;

/// <summary>Body of <c>POST /notifications</c>.</summary>
public sealed record NotificationRequest(string To, string Template, JsonElement Data);

/// <summary>A sent message.</summary>
/// <param name="OrderId"><c>data.orderId</c>, where there is one.</param>
/// <param name="Key">The idempotency key it was sent under.</param>
public sealed record SentNotification(
    string NotificationId, string To, string Template, JsonElement Data, string? OrderId, string Key, DateTimeOffset SentAt);

/// <summary>The notification team: records every message it was requested to send.</summary>
public sealed class NotificationTeam
{
    private readonly List<SentNotification> sent;
    private readonly TimeProvider clock;
    private readonly TeamsState state;
    private readonly Ids ids;

    internal NotificationTeam(TimeProvider clock, TeamsState state, Ids ids)
    {
        this.state = state;
        sent = [.. state.Load<SentNotification>(Kinds.Notification)];
        this.clock = clock;
        this.ids = ids;
    }

    /// <summary>Every message, oldest first; about one order if <paramref name="orderId"/> is given.</summary>
    public IReadOnlyList<SentNotification> Sent(string? orderId = null)
    {
        using (state.Enter())
        {
            return [.. sent.Where(n => orderId is null || n.OrderId == orderId)];
        }
    }

    internal SentNotification Send(NotificationRequest request, string key)
    {
        Require.Text(request.To, "to");
        Require.Text(request.Template, "template");
        var orderId = request.Data.ValueKind == JsonValueKind.Object
            && request.Data.TryGetProperty("orderId", out var value) && value.ValueKind == JsonValueKind.String
                ? value.GetString()
                : null;
        using (state.Enter())
        {
            var notification = new SentNotification(
                ids.Next("ntf"), request.To, request.Template, request.Data, orderId, key, clock.GetUtcNow());
            sent.Add(notification);
            state.Keep(Kinds.Notification, notification.NotificationId, notification);
            return notification;
        }
    }
}
