using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Recording;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Completing;

/// <summary>What a completed purchase asks of the member team (seed §5.8).</summary>
public interface ICompletingActivities
{
    /// <summary>포인트 적립 and 구매 이력 기록: what a completed purchase brings its member.</summary>
    [Activity]
    Task<PurchaseAnswer> RecordPurchaseAsync(RecordPurchase request);
}

/// <summary>Accrues <paramref name="Points"/> (none where zero) and records the purchase, each call under its own key.</summary>
/// <param name="Amount">What was paid for the products that the customer keeps.</param>
public sealed record RecordPurchase(
    OrderRecord? Record, string OrderId, string MemberId, Won Points, string AccrualKey, Won Amount, IReadOnlyList<LineQuantity> Items, string PurchaseKey);

/// <summary>What the member team made of a purchase (hotspot 25).</summary>
public sealed record PurchaseAnswer(Won MonthAmount, Won TotalAmount, string Tier, string? PreviousTier);

/// <summary>What of <see cref="RecordPurchase"/> is done; part of its failure, for the step may be left out and what was accrued still counts.</summary>
public sealed record PurchaseProgress(bool Accrued);
