using StandardWebhooks;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// The secrets that the other teams sign with: <c>Partners:&lt;Team&gt;:WebhookSecret</c>. During a rotation there may be several, separated by white space
/// or commas. They are read at each use, so that a rotated secret needs no restart where the configuration reloads.
/// </summary>
internal sealed class WebhookSecrets(IConfiguration configuration)
{
    private static readonly string[] Teams = ["Product", "Payment", "Logistics", "Member", "Promotion", "Finance", "Notification"];

    /// <summary>Every secret with the <c>source</c> of its team's events.</summary>
    public IEnumerable<(string Source, StandardWebhook Secret)> All() =>
        from team in Teams
        from secret in (configuration[$"Partners:{team}:WebhookSecret"] ?? "").Split([' ', ',', '\n', '\t'], StringSplitOptions.RemoveEmptyEntries)
        select ("/teams/" + team.ToLowerInvariant(), new StandardWebhook(secret));
}
