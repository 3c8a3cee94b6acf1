using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.Returning;

/// <summary>
/// Rules of returning (반품, 부분 환불; seed §5.5): whether goods may be returned, whether approval is needed, and the effect of a pickup. A command with a
/// known refund id is admitted, so that a repeat gets the same answer.
/// </summary>
public static class ReturningRules
{
    /// <summary>Maximum number of refunds and exchanges of one order, open or done: far below Temporal's own limits.</summary>
    public const int MostReturns = 200;

    public static Refusal? Refund(Order order, RefundCommand command, DateTimeOffset now) =>
        order.FindRefund(command.RefundId) is not null ? null : GoodsGoBack(order, command.Reason, command.Lines ?? [], now);

    /// <summary>A refund can be decided once.</summary>
    public static Refusal? Decide(Order order, RefundDecision decision) =>
        order.FindRefund(decision.RefundId) is not { } refund
            ? Refusal.Of(RefusalSlugs.UnknownRefund, "The order has no such refund.", new { decision.RefundId })
            : refund.Status == RefundStatus.AwaitingApproval
                ? null
                : Refusal.Of(RefusalSlugs.RefundAlreadyDecided, "The refund waits for nobody's decision.", new { decision.RefundId, status = refund.Status });

    public static Refusal? GoodsGoBack(Order order, string reason, IReadOnlyList<LineQuantity> lines, DateTimeOffset now) =>
        (!RefundReasons.OfCustomers.Contains(reason, StringComparer.Ordinal)
            ? Refusal.Of(RefusalSlugs.UnknownReason, "A return has one of the known reasons.", new { reason, reasons = RefundReasons.OfCustomers })
            : null)
        ?? InTime(order, reason, now)
        ?? Left(order, OrderPricing.Merge(lines))
        ?? (order.Refunds.Count + order.Exchanges.Count >= MostReturns
            ? Refusal.Of(RefusalSlugs.TooManyReturns, "The order has had too many returns.", new { maximum = MostReturns })
            : null);

    /// <summary>환불 요청하기: priced as an estimate; it waits for an admin where the policy says so.</summary>
    public static IReadOnlyList<DomainEvent> Requested(Order order, RefundCommand command, DateTimeOffset now)
    {
        var units = command.Lines is { Count: > 0 } lines ? OrderPricing.Merge(lines) : order.LinesLeft;
        var sellersFault = RefundReasons.IsSellersFault(command.Reason);

        // A refund without a return is only possible for the seller's fault.
        var returnRequired = (command.ReturnRequired ?? true) || !sellersFault;
        return Requested(order, NewRefund(command.RefundId, RefundKind.Return, command.Reason, units, now) with
        {
            ReturnRequired = returnRequired,
            Restocked = !returnRequired,
            RequestedBy = command.By,
        }, now);
    }

    /// <summary>A refund of the order, approved by the policy if no admin has to approve it.</summary>
    public static IReadOnlyList<DomainEvent> Requested(Order order, Refund refund, DateTimeOffset now)
    {
        var priced = refund with { Amount = RefundPricing.Of(order, refund) };
        var isAdmins = refund.RequestedBy.StartsWith("admin", StringComparison.Ordinal);
        var waits = !isAdmins && NeedsApproval(order, priced);
        var requested = priced with { Status = waits ? RefundStatus.AwaitingApproval : priced.ReturnRequired ? RefundStatus.AwaitingPickup : RefundStatus.Processing };
        return waits
            ? [new RefundRequested(now, requested)]
            : [new RefundRequested(now, requested), new RefundApproved(now, refund.RefundId, isAdmins ? refund.RequestedBy : "policy", null)];
    }

    /// <summary>환불 승인하기 (관리자). A rejection changes the amounts of other refunds, so they are estimated again.</summary>
    public static IReadOnlyList<DomainEvent> Decided(Order order, RefundDecision decision, DateTimeOffset now)
    {
        if (decision.Approved)
        {
            return [new RefundApproved(now, decision.RefundId, decision.By, decision.Note)];
        }

        var rejected = new RefundRejected(now, decision.RefundId, decision.By, decision.Note);
        return [rejected, .. Estimates(order.Apply(rejected), now)];
    }

    /// <summary>An operator closed a pickup that never happened: as after a rejection, the amounts of other refunds are estimated again.</summary>
    public static IReadOnlyList<DomainEvent> Ended(Order order, string returnId, string by, string? note, DateTimeOffset now)
    {
        var ended = new ReturnEnded(now, returnId, by, note);
        return [ended, .. Estimates(order.Apply(ended), now)];
    }

    /// <summary>반품이 수거되었다: an event of the logistics team for one of the order's pickups.</summary>
    public static IReadOnlyList<DomainEvent> PickedUp(Order order, PartnerEvent received, DateTimeOffset now)
    {
        var data = new EventData(received.Data);
        var pickupId = data.Text("pickupId");
        var isDefective = data.Text("condition") == RefundReasons.Defective;
        var returnId = order.Refunds.Find(refund => refund is { Status: RefundStatus.AwaitingPickup } && PickupId(order, refund.RefundId) == pickupId)?.RefundId
            ?? order.Exchanges.Find(exchange => exchange.Status == ExchangeStatus.Requested && PickupId(order, exchange.ExchangeId) == pickupId)?.ExchangeId;
        return returnId is null
            ? [new PartnerEventReceived(now, received, "no return of the order waits for this pickup")]
            : [new GoodsPickedUp(now, returnId, isDefective, received)];
    }

    /// <param name="returnId">The refund's or the exchange's id, unique within the order. A pickup's id is unique at the logistics team.</param>
    public static string PickupId(Order order, string returnId) => $"{order.OrderId}-{returnId}";

    /// <summary>New estimates of open refunds whose money was not requested yet.</summary>
    public static IEnumerable<DomainEvent> Estimates(Order order, DateTimeOffset now) => order.Refunds
        .Where(refund => refund.IsOpen() && refund.Money == MoneyStage.None && refund.TakesUnits())
        .Select(refund => (refund.RefundId, refund.Amount, Now: RefundPricing.Of(order, refund)))
        .Where(refund => refund.Now != refund.Amount)
        .Select(refund => new RefundEstimated(now, refund.RefundId, refund.Now));

    internal static Refund NewRefund(string refundId, RefundKind kind, string reason, IReadOnlyList<LineQuantity> units, DateTimeOffset now) =>
        new(refundId, kind, reason, units, now);

    /// <summary>
    /// 10만원 이상 환불은 관리자 승인 필요, evaluated on the sum of all refunds of the order that are not rejected, so that splitting does not avoid the approval. A
    /// refund without a return needs approval whatever its size.
    /// </summary>
    private static bool NeedsApproval(Order order, Refund refund)
    {
        var others = order.Refunds
            .Where(known => known.Kind is RefundKind.Return or RefundKind.Undeliverable && known.IsActive())
            .Aggregate(Won.Zero, (sum, known) => sum + known.Amount.Size());
        return refund.Kind == RefundKind.Return && (!refund.ReturnRequired || others + refund.Amount.Size() >= order.Policies.RefundApprovalThreshold);
    }

    private static Refusal? InTime(Order order, string reason, DateTimeOffset now)
    {
        if (order.HasEnded || order.Cancellation is not null)
        {
            return Refusal.Of(RefusalSlugs.NothingToRefund, "Nothing of the order is left.", new { status = order.Status });
        }

        return order.ReturnableUntil(RefundReasons.IsSellersFault(reason)) switch
        {
            null => Refusal.Of(RefusalSlugs.NotDelivered, "The order is not delivered yet.", new { status = order.Status }),
            { } until when now >= until =>
                Refusal.Of(RefusalSlugs.ReturnWindowClosed, "The time in which goods may go back is over.", new { until }),
            _ => null,
        };
    }

    private static Refusal? Left(Order order, IReadOnlyList<LineQuantity> lines)
    {
        if (lines.FirstOrDefault(line => line.Quantity <= 0 || order.Quote!.Lines.All(known => known.ProductId != line.ProductId)) is { } unknown)
        {
            return Refusal.Of(RefusalSlugs.UnknownLine, "The order has no such line.", new { unknown.ProductId });
        }

        var tooMany = lines.FirstOrDefault(line => line.Quantity > order.UnitsLeft(line.ProductId));
        return tooMany is not null || order.LinesLeft.Count == 0
            ? Refusal.Of(RefusalSlugs.NothingToRefund, "So many units are not left.", new { left = order.LinesLeft })
            : null;
    }
}
