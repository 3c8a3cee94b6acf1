using OrderOrchestration.Partners.Http;

namespace OrderOrchestration.Partners.Notifications;

/// <summary>The notification team's API (contract §2).</summary>
internal static class NotificationEndpoints
{
    public static void Map(IEndpointRouteBuilder api, NotificationTeam team) =>
        api.MapPost("/notifications", (NotificationRequest request, HttpRequest http) =>
        {
            var notification = team.Send(request, http.Headers[IdempotencyMiddleware.HeaderName].ToString());
            return Answer.Accepted(new { notification.NotificationId });
        });
}
