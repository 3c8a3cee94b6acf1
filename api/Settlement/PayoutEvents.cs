using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Settlement;

/// <summary>Delivers the finance team's events to their payouts.</summary>
internal sealed class PayoutEvents(ISettlementCommands commands, ILogger<PayoutEvents> logger)
{
    public static bool Concern(PartnerEvent partnerEvent) => partnerEvent.Type.StartsWith("finance.", StringComparison.Ordinal);

    /// <returns>False if the payout is unknown.</returns>
    public async Task<bool> DeliverAsync(PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        var isKnown = await commands.SendPayoutEventAsync(partnerEvent.Subject, partnerEvent, cancellationToken);
        if (!isKnown)
        {
            logger.LogWarning("{EventType} {EventId} is about the unknown payout {PayoutId}", partnerEvent.Type, partnerEvent.Id, partnerEvent.Subject);
        }

        return isKnown;
    }
}
