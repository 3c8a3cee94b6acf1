using OrderOrchestration.Activities.Settlement;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Settlement;

/// <summary>Hands the finance team's events on to the payouts they are about.</summary>
internal sealed class PayoutEvents(
    ISettlementCommands commands, ISettlementQueries queries, IOrderTimeline timeline, ILogger<PayoutEvents> logger)
{
    public static bool Concern(PartnerEvent partnerEvent) => partnerEvent.Type.StartsWith("finance.", StringComparison.Ordinal);

    /// <summary>False where nobody knows the payout.</summary>
    public async Task<bool> HandOnAsync(PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        try
        {
            await commands.TellPayoutAsync(partnerEvent.Subject, partnerEvent, cancellationToken);
            return true;
        }
        catch (SettlementNotRunningException)
        {
            if (await queries.FindPayoutAsync(partnerEvent.Subject, cancellationToken) is null)
            {
                logger.LogWarning("{EventType} {EventId} is about payout {PayoutId}, which nobody knows", partnerEvent.Type, partnerEvent.Id, partnerEvent.Subject);
                return false;
            }

            await timeline.AppendAsync(OrderTimeline.Ignored(partnerEvent.Subject, partnerEvent, "the payout has ended"), cancellationToken);
            return true;
        }
    }
}
