using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Refunding;

/// <summary>Activities of refunds at the payment and the member team (seed §5.5).</summary>
public interface IRefundingActivities
{
    /// <summary>환불 요청: reads the payment's state first, so it can be repeated safely at any time.</summary>
    [Activity]
    Task<RefundAnswer> RefundPaymentAsync(RefundPayment request);

    /// <summary>포인트 복원. Points that were never used are not restored.</summary>
    [Activity]
    Task<PointsAnswer> RestorePointsAsync(RestorePoints request);

    /// <summary>
    /// Claws back accrued points after a refund of a completed order (hotspot 24); returns how many could be clawed back. A former member has none.
    /// </summary>
    [Activity]
    Task<PointsAnswer> ClawBackPointsAsync(ClawBackPoints request);
}

/// <summary>Request to refund money of an approved attempt.</summary>
/// <param name="Amount">Won; at most what is left of the payment is requested.</param>
public sealed record RefundPayment(
    OrderRecord? Record, string OrderId, string PaymentId, string RefundId, Won Amount, string Reason, IReadOnlyList<LineQuantity>? Items, string Key);

/// <summary>The status of a refund at the payment team.</summary>
/// <param name="Amount">The amount requested there, won: less than wanted if foreign refunds cover the rest.</param>
/// <param name="Refunds">All refunds of the payment as the team reports them.</param>
public sealed record RefundAnswer(PaymentRefundStatus Status, Won Amount, IReadOnlyList<PaymentRefund> Refunds);

/// <summary>Request to restore used points: all of a cancelled order, or a refund's share.</summary>
/// <param name="Certain">Whether the use is known to have happened; if not, it is requested again under its own key first.</param>
public sealed record RestorePoints(OrderRecord? Record, UsePoints Use, bool Certain, Won Points, string Key);

/// <summary>Request to claw back accrued points.</summary>
public sealed record ClawBackPoints(OrderRecord? Record, string OrderId, string MemberId, Won Points, string Key);

/// <summary>The points that were restored or clawed back.</summary>
public sealed record PointsAnswer(Won Points);
