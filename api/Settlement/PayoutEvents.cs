using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Settlement;

/// <summary>Delivers the finance team's events to the payouts they are about.</summary>
internal sealed class PayoutEvents(ISettlementCommands commands, ILogger<PayoutEvents> logger)
{
    public static bool Concern(PartnerEvent partnerEvent) => partnerEvent.Type.StartsWith("finance.", StringComparison.Ordinal);

    /// <summary>False where nobody knows the payout.</summary>
    public async Task<bool> DeliverAsync(PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        var isKnown = await commands.TellPayoutAsync(partnerEvent.Subject, partnerEvent, cancellationToken);
        if (!isKnown)
        {
            logger.LogWarning("{EventType} {EventId} is about payout {PayoutId}, which nobody knows", partnerEvent.Type, partnerEvent.Id, partnerEvent.Subject);
        }

        return isKnown;
    }
}
