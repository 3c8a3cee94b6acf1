using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>What an order asks of the member team (회원팀).</summary>
public interface IMemberSteps
{
    /// <summary>포인트 사용. A refusal is an answer.</summary>
    [Activity]
    Task<UseAnswer> UsePointsAsync(UsePoints step);

    /// <summary>포인트 복원. Points that were never used are not made.</summary>
    [Activity]
    Task RestorePointsAsync(RestorePoints step);

    /// <summary>포인트 적립 and 구매 이력 기록: what a completed purchase brings its member.</summary>
    [Activity]
    Task RecordPurchaseAsync(RecordPurchase step);

    /// <summary>Takes back accrued points after a refund of a completed order (hotspot 24); answers how many could be taken.</summary>
    [Activity]
    Task<Won> ClawBackPointsAsync(ClawBackPoints step);
}

/// <summary>Uses points for an order.</summary>
public sealed record UsePoints(string OrderId, string MemberId, Won Points, string Key);

/// <summary>Gives used points back: all at an order's end, or a refund's share.</summary>
/// <param name="Certain">Whether the use is known to have happened; if not, it is asked again under its own key first.</param>
public sealed record RestorePoints(OrderRecord? Record, UsePoints Use, bool Certain, Won Points, string Key, string Sequence, string Reason);

/// <summary>Accrues <paramref name="Points"/> (none where zero) and records the purchase, each call under its own key.</summary>
/// <param name="Amount">What was paid for the products that the customer keeps.</param>
public sealed record RecordPurchase(
    OrderRecord? Record, string OrderId, string MemberId, Won Points, string AccrualKey, Won Amount, IReadOnlyList<LineQuantity> Items, string PurchaseKey);

/// <summary>What of <see cref="RecordPurchase"/> is done; part of its failure, for the step may be left out and what was accrued still counts.</summary>
public sealed record PurchaseProgress(bool Accrued);

/// <summary>Takes accrued points back.</summary>
public sealed record ClawBackPoints(OrderRecord? Record, string OrderId, string MemberId, Won Points, string Key);
