using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Activities.Store.Orders;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Api.Placing;

/// <summary>
/// Settles carts whose order was interrupted while it was placed: where the order exists the cart stays empty, otherwise its contents are returned.
/// Considers only carts that were taken longer ago than a request can run.
/// </summary>
internal sealed class CartRecovery(ICartStore carts, IOrderQueries queries, IOrderCommands commands, TimeProvider time, ILogger<CartRecovery> logger)
    : Housekeeping(time, TimeSpan.FromSeconds(30), logger)
{
    private const int BatchSize = 100;

    // Longer than the run limit of a request (45 s) and its lease (60 s).
    private static readonly TimeSpan InterruptedAfter = TimeSpan.FromMinutes(2);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var orderId in await carts.UnsettledAsync(Time.GetUtcNow() - InterruptedAfter, BatchSize, cancellationToken))
        {
            await (await ExistsAsync(orderId, cancellationToken)
                ? carts.SettleAsync(orderId, cancellationToken)
                : carts.ReturnAsync(orderId, cancellationToken));
        }
    }

    private async Task<bool> ExistsAsync(string orderId, CancellationToken cancellationToken)
    {
        if (await queries.FindAsync(orderId, cancellationToken) is not null)
        {
            return true;
        }

        try
        {
            return (await commands.FindExistingAsync(orderId, TimeSpan.FromSeconds(1), cancellationToken)).Found;
        }
        catch (OrderRefusedException)
        {
            return false;
        }
    }
}
