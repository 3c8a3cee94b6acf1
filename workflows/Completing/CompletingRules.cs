using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Workflows.Completing;

/// <summary>Rules of completing (구매 확정, seed §5.8).</summary>
public static class CompletingRules
{
    private static readonly TimeSpan Seoul = TimeSpan.FromHours(9);

    public static Refusal? Confirm(Order order) => order switch
    {
        { IsClosed: true } => Refusal.Of(RefusalSlugs.AlreadyClosed, "The order is closed.", new { status = order.Status }),
        { IsDelivered: false } => Refusal.Of(RefusalSlugs.NotDelivered, "The order is not delivered yet.", new { status = order.Status }),
        { HasOpenReturn: true } => Refusal.Of(RefusalSlugs.RefundOpen, "A refund or an exchange of the order is still open."),
        _ => null,
    };

    public static DomainEvent Completed(string by, DateTimeOffset now) => new OrderCompleted(now, by);

    /// <summary>A member may claim a guest's order, once (hotspot 26).</summary>
    public static Refusal? Claim(Order order, ClaimCommand command) =>
        order.Request.MemberId is null || (order.Claim is { ClaimId: { } known } && known == command.ClaimId)
            ? null
            : Refusal.Of(RefusalSlugs.AlreadyClaimed, "The order is a member's already.", new { order.OrderId });

    /// <summary>1 % of what was paid by card, twice that in the month of the member's birthday, Seoul time.</summary>
    public static decimal AccrualRate(Order order, DateTimeOffset at)
    {
        var rate = order.Policies.PointAccrualRate;
        return order.Birthday is { } day && day.Month == at.ToOffset(Seoul).Month ? rate * order.Policies.BirthdayMonthMultiplier : rate;
    }

    /// <summary>Points for the amount paid by card minus what refunds deducted, at a rate; rounded down.</summary>
    public static Won Points(Order order, decimal rate) => Won.Max(Won.Zero, order.Charged - order.CardTakenOff).AtRate(rate);
}
