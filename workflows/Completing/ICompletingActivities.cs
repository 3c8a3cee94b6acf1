using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Completing;

/// <summary>Activities of a completed purchase at the member team (seed §5.8).</summary>
public interface ICompletingActivities
{
    /// <summary>포인트 적립 and 구매 이력 기록.</summary>
    [Activity]
    Task<PurchaseAnswer> RecordPurchaseAsync(RecordPurchase request);
}

/// <summary>Accrues <paramref name="Points"/> (none where zero) and records the purchase, each call under its own key.</summary>
/// <param name="Amount">What was paid for the products that the customer retains.</param>
public sealed record RecordPurchase(
    OrderRecord? Record, string OrderId, string MemberId, Won Points, string AccrualKey, Won Amount, IReadOnlyList<LineQuantity> Items, string PurchaseKey);

/// <summary>The member's totals and tier after the purchase, as the member team computed them (hotspot 25).</summary>
public sealed record PurchaseAnswer(Won MonthAmount, Won TotalAmount, string Tier, string? PreviousTier);

/// <summary>
/// The completed part of <see cref="RecordPurchase"/>. It is attached to a failure of the activity, because accrued points count even if an operator
/// skips the step.
/// </summary>
public sealed record PurchaseProgress(bool Accrued);
