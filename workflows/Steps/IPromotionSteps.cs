using OrderOrchestration.Workflows.Messages;
using Temporalio.Activities;

namespace OrderOrchestration.Workflows.Steps;

/// <summary>What an order asks of the promotion team (프로모션팀).</summary>
public interface IPromotionSteps
{
    /// <summary>쿠폰 사용: once, when the order is placed (hotspot 18). A refusal is an answer.</summary>
    [Activity]
    Task<UseAnswer> RedeemCouponAsync(RedeemCoupon step);

    /// <summary>쿠폰 복원: once. A coupon that was never redeemed is left alone.</summary>
    [Activity]
    Task RestoreCouponAsync(RestoreCoupon step);
}

/// <summary>Redeems a coupon for an order.</summary>
public sealed record RedeemCoupon(string OrderId, string MemberId, string Code, string Key);

/// <summary>Gives a coupon back.</summary>
/// <param name="Certain">Whether the redemption is known to have happened; if not, it is asked again under its own key first.</param>
public sealed record RestoreCoupon(OrderRecord? Record, RedeemCoupon Redemption, bool Certain, string Key, string Reason);

/// <summary>Whether coupon or points were taken, or why not.</summary>
public sealed record UseAnswer(bool Used, string? Reason);
