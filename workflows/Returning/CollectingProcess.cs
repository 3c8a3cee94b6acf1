using OrderOrchestration.Workflows.Execution;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Steps;
using Temporalio.Workflows;

namespace OrderOrchestration.Workflows.Returning;

/// <summary>수거: goods of a return or an exchange are collected from the customer. If they are not collected in time, an intervention is requested.</summary>
public abstract class CollectingProcess(OrderRun run, string name, string returnId) : OrderProcess(run, name, $"{name}/{returnId}")
{
    /// <summary>The refund's or the exchange's id.</summary>
    protected string ReturnId { get; } = returnId;

    private static readonly ActivityStep RequestPickup = new("request-pickup", "have the logistics team collect the goods from the customer");
    private static readonly ActivityStep AwaitPickup = new("await-pickup", "wait for the goods to be collected");

    /// <param name="state">The state of the return: whether its pickup was accepted, and since when it is awaited.</param>
    /// <param name="isAwaited">The goods are still to be collected.</param>
    /// <param name="endMeans">What the action <c>end</c> means.</param>
    protected async Task CollectAsync(
        IReadOnlyList<LineQuantity> units, Func<(bool Accepted, DateTimeOffset? AskedAt)> state, Func<bool> isAwaited, string endMeans)
    {
        if (isAwaited() && !state().Accepted)
        {
            var pickup = new RequestPickup(null, OrderId, ReturningRules.PickupId(Order, ReturnId), units, Order.ShipTo, KeyOf("pickup", ReturningRules.PickupId(Order, ReturnId)));
            await CallAsync(RequestPickup, async (record, options) =>
            {
                var request = pickup with { Record = record };
                await Workflow.ExecuteActivityAsync((IReturningActivities logistics) => logistics.RequestPickupAsync(request), options);
                return true;
            });
            Record(new PickupAccepted(Now, ReturnId));
        }

        while (isAwaited())
        {
            var until = state().AskedAt!.Value + Order.Policies.PickupPatience;
            if (await WaitAsync(() => !isAwaited(), until, "until an operator is told that the goods were not collected"))
            {
                break;
            }

            var error = $"the goods were not collected for {Order.Policies.PickupPatience.TotalDays} days";
            if (await RequestInterventionWhileAsync(AwaitPickup, error, isAwaited, endMeans) is { } chosen)
            {
                Record(chosen.Resolution == RecoveryActions.End
                    ? [.. ReturningRules.Ended(Order, ReturnId, chosen.ResolvedBy!, chosen.Note, Now), Acted(chosen)]
                    : [new PickupAccepted(Now, ReturnId), Acted(chosen)]);
            }
        }

        Settle(AwaitPickup);
    }
}

/// <summary>반품 (seed §5.5): goods of an approved return are collected before the refund (반품 수거 완료 후 환불), which <c>RefundProcess</c> executes.</summary>
public sealed class ReturnProcess(OrderRun run, string refundId) : CollectingProcess(run, ProcessNames.Return, refundId)
{
    private Refund Refund => Order.FindRefund(ReturnId)!;

    public override bool IsNeeded => Order.FindRefund(ReturnId) is { } refund && IsNeededFor(refund);

    public static bool IsNeededFor(Refund refund) => refund.Status == RefundStatus.AwaitingPickup;

    protected override Task ExecuteAsync() => CollectAsync(
        Refund.Units,
        () => (Refund.PickupAccepted, Refund.PickupAskedAt),
        () => Refund.Status == RefundStatus.AwaitingPickup,
        "the return is closed without money and the goods stay with the customer");
}
