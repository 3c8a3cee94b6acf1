using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Exchanging;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Refunding;
using OrderOrchestration.Workflows.Returning;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>What gives money back, step by step.</summary>
internal sealed partial class OrderSpecification
{
    public OrderSpecification AskRefund(
        string refundId, string reason, IReadOnlyList<LineQuantity>? lines = null, bool? returnRequired = null, string by = "customer")
    {
        var command = new RefundCommand(refundId, reason, returnRequired, lines, by);
        return When(
            ReturningRules.Refund(Order, command, Now),
            () => Order.FindRefund(refundId) is null ? ReturningRules.Requested(Order, command, Now) : []);
    }

    public OrderSpecification DecideRefund(string refundId, bool approved, string by = "admin:kim")
    {
        var decision = new RefundDecision(refundId, approved, by);
        return When(ReturningRules.Decide(Order, decision), () => ReturningRules.Decided(Order, decision, Now));
    }

    public OrderSpecification AskExchange(string exchangeId, string reason, params LineQuantity[] lines)
    {
        var command = new ExchangeCommand(exchangeId, reason, lines);
        return When(
            ExchangingRules.Exchange(Order, command, Now),
            () => Order.FindExchange(exchangeId) is null ? [ExchangingRules.Requested(command, Now)] : []);
    }

    /// <summary>There is no replacement for an exchange: its units are refunded.</summary>
    public OrderSpecification Converted(string exchangeId) => When(ExchangingRules.Converted(Order, Order.FindExchange(exchangeId)!, Now));

    public OrderSpecification Cancel(string by = "customer", IReadOnlyList<LineQuantity>? lines = null, string? cancellationId = null)
    {
        var command = new CancelCommand("changed my mind", by, lines, cancellationId);
        return When(CancellingRules.Cancel(Order, command), () => cancellationId is not null && Order.FindRefund(cancellationId) is not null ? []
            : lines is { Count: > 0 } ? CancellingRules.RequestedInPart(Order, command, Now)
            : CancellingRules.Requested(Order, CancellingRules.ReasonOf(by), by, command.Reason, Now));
    }

    /// <summary>Logistics agrees to stop every parcel that a cancellation waits for.</summary>
    public OrderSpecification Stopped(params string[] refused)
    {
        Given(new StopRequested(Now));
        if (Order.IsCancellationPending)
        {
            return When(CancellingRules.Stopped(Order, Parcels(Order.TravellingShipments), Now));
        }

        var refund = Order.Refunds.Find(known => known.AwaitingStop)!;
        return When(CancellingRules.StoppedInPart(Order, refund, Parcels(CancellingRules.Affected(Order, refund.Units)), Now));

        Workflows.Shipping.ShipmentsStopped Parcels(IEnumerable<Shipment> parcels)
        {
            var ids = parcels.Select(parcel => parcel.ShipmentId).ToList();
            return new([.. ids.Except(refused)], [.. ids.Intersect(refused)]);
        }
    }

    /// <summary>An operator closes a pickup that never came.</summary>
    public OrderSpecification EndReturn(string returnId) => When(ReturningRules.Ended(Order, returnId, "operator:kim", "never collected", Now));

    /// <summary>The goods of a refund or an exchange are back.</summary>
    public OrderSpecification PickUp(string returnId, string condition = "good") => When(Logistics.PickedUp(Order, returnId, condition));

    /// <summary>The money of a refund is requested, as its process does it: points that the purchase accrued are clawed back first.</summary>
    /// <param name="memberHas">What the member still has of accrued points; absent: all of it.</param>
    public OrderSpecification AskForMoney(string refundId, Won? memberHas = null)
    {
        var refund = Refund(refundId);
        if (!refund.Restocked)
        {
            Given(new ReturnRestocked(Now, refundId, Order.Stocked(refund.Units)));
        }

        if (Order.IsCompleted && refund.ClawBack == ClawBackStage.None && RefundExecution.ClawBackDue(Order, Refund(refundId)) is { Amount: > 0 } due)
        {
            Given(new ClawBackRequested(Now, refundId, due), new PointsClawedBack(Now, refundId, Won.Min(due, memberHas ?? due)));
        }

        var (amount, shares) = RefundExecution.Final(Order, Refund(refundId));
        return Given(new RefundMoneyRequested(Now, refundId, amount, shares, Refund(refundId).Attempt ?? Order.ApprovedAttempt?.Number));
    }

    /// <summary>The money, points included, is back.</summary>
    public OrderSpecification Finish(string refundId)
    {
        var refund = Refund(refundId);
        if (refund.Money != MoneyStage.Returned)
        {
            Given(new RefundMoneyReturned(Now, refundId, refund.Amount.Card, null));
        }

        if (!refund.PointsRestored && refund.Kind != RefundKind.Cancellation)
        {
            Given(new PointsRestored(Now, refundId, refund.Amount.Points));
        }

        return Given(new RefundCompleted(Now, refundId));
    }

    /// <summary>A refund from its request to its end, approved where an approval is needed.</summary>
    public Refund Refunded(string refundId, string reason, IReadOnlyList<LineQuantity>? lines = null, Won? memberHas = null, bool? returnRequired = null)
    {
        AskRefund(refundId, reason, lines, returnRequired);
        Assert.That(Refused, Is.Null);
        return Through(refundId, memberHas);
    }

    /// <summary>The same, to go on with the order.</summary>
    public OrderSpecification WithRefund(string refundId, string reason, IReadOnlyList<LineQuantity> lines, Won? memberHas = null, bool? returnRequired = null)
    {
        Refunded(refundId, reason, lines, memberHas, returnRequired);
        return this;
    }

    /// <summary>A requested refund, to its end.</summary>
    public Refund Through(string refundId, Won? memberHas = null)
    {
        if (Refund(refundId).Status == RefundStatus.AwaitingApproval)
        {
            DecideRefund(refundId, approved: true);
        }

        if (Refund(refundId).Status == RefundStatus.AwaitingPickup)
        {
            PickUp(refundId);
        }

        AskForMoney(refundId, memberHas).Finish(refundId);
        return Refund(refundId);
    }

    /// <summary>The refund of a cancelled order, to its end; absent where nothing was paid by card.</summary>
    public Refund? CancellationRefunded()
    {
        When(Order.OwesCard ? CancellingRules.Refund(Order, Now) : []);
        return Order.Refunds.Find(refund => refund.Kind == RefundKind.Cancellation) is { } refund
            ? AskForMoney(refund.RefundId).Finish(refund.RefundId).Refund(refund.RefundId)
            : null;
    }
}
