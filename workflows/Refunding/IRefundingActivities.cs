using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Refunding;

/// <summary>What giving money and points back asks of the payment and the member team (seed §5.5).</summary>
public interface IRefundingActivities
{
    /// <summary>환불 요청: asks how the payment stands first, so it is safe whenever it is repeated, however late.</summary>
    [Activity]
    Task<RefundAnswer> RefundPaymentAsync(RefundPayment request);

    /// <summary>포인트 복원. Points that were never used are not made.</summary>
    [Activity]
    Task<PointsAnswer> RestorePointsAsync(RestorePoints request);

    /// <summary>Takes back accrued points after a refund of a completed order (hotspot 24); answers how many could be taken. A member who is gone has none.</summary>
    [Activity]
    Task<PointsAnswer> ClawBackPointsAsync(ClawBackPoints request);
}

/// <summary>Refunds money of an approved attempt.</summary>
/// <param name="Amount">Won; never more is asked for than is left there.</param>
public sealed record RefundPayment(
    OrderRecord? Record, string OrderId, string PaymentId, string RefundId, Won Amount, string Reason, IReadOnlyList<LineQuantity>? Items, string Key);

/// <summary>How a refund stands at the payment team.</summary>
/// <param name="Amount">What was asked for there, won: less than wanted where foreigners had given the rest.</param>
/// <param name="Refunds">All refunds of the payment as the team keeps them.</param>
public sealed record RefundAnswer(PaymentRefundStatus Status, Won Amount, IReadOnlyList<PaymentRefund> Refunds);

/// <summary>Gives used points back: all at an order's end, or a refund's share.</summary>
/// <param name="Certain">Whether the use is known to have happened; if not, it is asked for again under its own key first.</param>
public sealed record RestorePoints(OrderRecord? Record, UsePoints Use, bool Certain, Won Points, string Key);

/// <summary>Takes accrued points back.</summary>
public sealed record ClawBackPoints(OrderRecord? Record, string OrderId, string MemberId, Won Points, string Key);

/// <summary>Points that were moved.</summary>
public sealed record PointsAnswer(Won Points);
