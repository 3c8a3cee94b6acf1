using OrderOrchestration.Activities.Store;
using OrderOrchestration.Api.Hosting;
using OrderOrchestration.Api.Temporal;

namespace OrderOrchestration.Api.Placing;

/// <summary>
/// Settles carts whose order was cut off while it was placed: where the order exists the cart stays empty, where it does not the cart gets its contents back.
/// Only orders are judged that no request can still be placing.
/// </summary>
internal sealed class TakenCarts(ICartStore carts, IOrderQueries queries, IOrderCommands commands, TimeProvider time, ILogger<TakenCarts> logger)
    : Housekeeping(time, TimeSpan.FromSeconds(30), logger)
{
    private const int AtATime = 100;

    // Longer than a request runs (45 s) and its lease holds (60 s).
    private static readonly TimeSpan CutOffAfter = TimeSpan.FromMinutes(2);

    protected override async Task RunAsync(CancellationToken cancellationToken)
    {
        foreach (var orderId in await carts.UnsettledAsync(Time.GetUtcNow() - CutOffAfter, AtATime, cancellationToken))
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
