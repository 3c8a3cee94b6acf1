using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Pricing;
using OrderOrchestration.Workflows.State;

namespace OrderOrchestration.Workflows.Rules;

/// <summary>
/// Whether goods may go back (배송 후 7일 이내 반품 가능; contract §1), asked like <see cref="Admission"/>: by the validator and when the wish's turn
/// comes. A refund or an exchange that is known already is admitted: the same wish again gets the same answer.
/// </summary>
public static class ReturnAdmission
{
    public static Refusal? Refund(OrderState order, RefundCommand command, DateTimeOffset now) =>
        order.FindRefund(command.RefundId) is not null ? null : GoodsGoBack(order, command.Reason, command.Lines ?? [], now);

    public static Refusal? Exchange(OrderState order, ExchangeCommand command, DateTimeOffset now) =>
        order.FindExchange(command.ExchangeId) is not null ? null
        : command.Lines.Count == 0 ? Refusal.Of(RefusalSlugs.NothingToRefund, "An exchange names what is exchanged.")
        : GoodsGoBack(order, command.Reason, command.Lines, now);

    /// <summary>A decision is admitted once; the same one again changes nothing.</summary>
    public static Refusal? Decide(OrderState order, RefundDecision decision) =>
        Admission.Stuck(order)
        ?? (order.FindRefund(decision.RefundId) is not { } refund
            ? Refusal.Of(RefusalSlugs.UnknownRefund, "The order has no such refund.", new { decision.RefundId })
            : refund.Status == RefundStatus.AwaitingApproval
                ? null
                : Refusal.Of(RefusalSlugs.RefundAlreadyDecided, "The refund waits for nobody's decision.", new { decision.RefundId, status = refund.Status }));

    private static Refusal? GoodsGoBack(OrderState order, string reason, IReadOnlyList<LineQuantity> lines, DateTimeOffset now) =>
        Admission.Stuck(order)
        ?? (!RefundReasons.OfCustomers.Contains(reason, StringComparer.Ordinal)
            ? Refusal.Of(RefusalSlugs.UnknownReason, "A return has one of the known reasons.", new { reason, reasons = RefundReasons.OfCustomers })
            : null)
        ?? InTime(order, now)
        ?? Left(order, OrderPricing.Merge(lines));

    private static Refusal? InTime(OrderState order, DateTimeOffset now) => order switch
    {
        { HasEnded: true } => Refusal.Of(RefusalSlugs.NothingToRefund, "Nothing of the order is left.", new { status = order.Status }),
        { ReturnableUntil: null } => Refusal.Of(RefusalSlugs.NotDelivered, "The order is not delivered yet.", new { status = order.Status }),
        { ReturnableUntil: { } until } when now >= until =>
            Refusal.Of(RefusalSlugs.ReturnWindowClosed, "The time in which goods may go back is over.", new { until }),
        _ => null,
    };

    private static Refusal? Left(OrderState order, IReadOnlyList<LineQuantity> lines)
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
