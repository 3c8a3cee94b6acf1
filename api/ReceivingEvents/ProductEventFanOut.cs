using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Temporal;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.ReceivingEvents;

/// <summary>
/// Delivers a product event to the unpaid orders that contain the product, page by page. A stopped sale is signalled to the orders' workflows; other
/// events are appended to the timelines (policy of hotspot 8).
/// </summary>
internal sealed class ProductEventFanOut(
    IProductEventQueue queue, IOrderQueries queries, IOrderCommands commands, IOrderTimeline timeline, TimeProvider time, ILogger<ProductEventFanOut> logger)
    : Housekeeping(time, TimeSpan.FromSeconds(1), logger)
{
    private const int PageSize = 200;
    private const int MaxParallelOrders = 8;

    // Longer than a page takes with a slow Temporal. After a crash another API process continues once the lease has expired.
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(5);

    private readonly string owner = Guid.NewGuid().ToString();

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        while (await queue.ClaimAsync(owner, Lease, cancellationToken) is { } claimed)
        {
            try
            {
                await DeliverAsync(claimed, cancellationToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                await queue.PostponeAsync(claimed, RetryDelay, cancellationToken);
                throw;
            }
        }
    }

    private async Task DeliverAsync(PendingProductEvent claimed, CancellationToken cancellationToken)
    {
        IReadOnlyList<string> orders;
        do
        {
            orders = await queries.UnpaidOrdersWithProductAsync(claimed.Event.Subject, claimed.After, PageSize, cancellationToken);
            await Parallel.ForEachAsync(
                orders,
                new ParallelOptions { MaxDegreeOfParallelism = MaxParallelOrders, CancellationToken = cancellationToken },
                async (orderId, token) => await DeliverAsync(orderId, claimed.Event, token));
            if (orders.Count > 0)
            {
                if (await queue.AdvanceAsync(claimed, orders[^1], Lease, cancellationToken) is not { } renewed)
                {
                    return;
                }

                claimed = renewed;
            }
        }
        while (orders.Count == PageSize);

        await queue.DoneAsync(claimed, cancellationToken);
    }

    private async Task DeliverAsync(string orderId, PartnerEvent productEvent, CancellationToken cancellationToken)
    {
        if (productEvent.Type != "product.sale-stopped")
        {
            await timeline.AppendAsync(OrderTimeline.Published(orderId, productEvent), cancellationToken);
            return;
        }

        try
        {
            await commands.SignalAsync(orderId, productEvent, cancellationToken);
        }
        catch (OrderUnknownException)
        {
            // The order was rejected after the page was read, and has no state.
        }
    }
}
