using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// Hands an event of another team on to the orders or the payout it concerns. It is marked as received only after every order took it, so a crash between makes
/// the sender repeat it; an order that took it already recognises the repetition.
/// </summary>
internal sealed class EventRouter(
    IReceivedEvents received,
    IOrderQueries queries,
    IOrderTimeline timeline,
    IOrderCommands commands,
    PayoutEvents payouts,
    ILogger<EventRouter> logger)
{
    /// <summary>False where the event is about an order, or a payout, that nobody knows.</summary>
    public async Task<bool> HandOnAsync(PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        if (await received.IsKnownAsync(partnerEvent.Source, partnerEvent.Id, cancellationToken))
        {
            return true;
        }

        if (PayoutEvents.Concern(partnerEvent) && !await payouts.HandOnAsync(partnerEvent, cancellationToken))
        {
            return false;
        }

        foreach (var orderId in await OrdersOfAsync(partnerEvent, cancellationToken))
        {
            if (!await HandOnAsync(orderId, partnerEvent, cancellationToken))
            {
                return false;
            }
        }

        await received.MarkAsync(partnerEvent.Source, partnerEvent.Id, cancellationToken);
        return true;
    }

    private async Task<bool> HandOnAsync(string orderId, PartnerEvent partnerEvent, CancellationToken cancellationToken)
    {
        try
        {
            await commands.SignalAsync(orderId, partnerEvent, cancellationToken);
            return true;
        }
        catch (OrderClosedException)
        {
            if (await queries.FindAsync(orderId, cancellationToken) is null)
            {
                logger.LogWarning("{EventType} {EventId} is about order {OrderId}, which nobody knows", partnerEvent.Type, partnerEvent.Id, orderId);
                return false;
            }

            // The workflow has ended: the event changes nothing, but whoever reads the timeline sees that it came and why nothing followed.
            // News of a member asks nothing of its order: it is recorded there, not ignored.
            var shown = partnerEvent.Type.StartsWith("member.", StringComparison.Ordinal)
                ? OrderTimeline.Published(orderId, partnerEvent)
                : OrderTimeline.Ignored(orderId, partnerEvent, "the order is closed");
            await timeline.AppendAsync(shown, cancellationToken);
            return true;
        }
    }

    // Who an event is about follows from its first word: products and members concern the orders that hold them (contract §2).
    private async Task<IReadOnlyList<string>> OrdersOfAsync(PartnerEvent partnerEvent, CancellationToken cancellationToken) =>
        partnerEvent.Type.Split('.')[0] switch
        {
            "product" => await queries.UnpaidOrdersWithProductAsync(partnerEvent.Subject, cancellationToken),
            "member" => await queries.LatestOrderOfMemberAsync(partnerEvent.Subject, cancellationToken) is { } latest ? [latest] : [],
            "finance" => [],
            _ => [partnerEvent.Subject],
        };
}
