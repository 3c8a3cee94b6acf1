using System.Net;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Placing;

namespace OrderOrchestration.Activities.Partners;

/// <summary>The promotion team's API (프로모션팀, contract §2).</summary>
public sealed class PromotionClient(HttpClient http)
{
    public const string Team = "Promotion";

    private static readonly HttpStatusCode[] Done = [HttpStatusCode.Created, HttpStatusCode.OK];

    private readonly PartnerCaller team = new(http, Team);

    /// <summary>Whether a coupon may be used for this amount, and its discount. An unknown code is not valid.</summary>
    public async Task<CouponFact> GetValidityAsync(string code, string memberId, Won amount, CancellationToken cancellationToken)
    {
        var path = $"coupons/{Uri.EscapeDataString(code)}/validity?memberId={Uri.EscapeDataString(memberId)}&amount={amount.Amount}";
        var reply = await team.GetAsync(path, [HttpStatusCode.OK, HttpStatusCode.NotFound], cancellationToken);
        return reply.Status == HttpStatusCode.OK ? reply.Read<ValidityReply>(IsSound).ToFact(code) : NotValid(code);
    }

    /// <summary>A coupon that cannot be used.</summary>
    public static CouponFact NotValid(string code) =>
        new(code, Valid: false, "conditions-not-met", DiscountKind.Amount, 0m, MaxDiscount: null, MinOrderAmount: null, SellerShare: 0m);

    public async Task<UseAnswer> RedeemAsync(RedeemCoupon redemption, CancellationToken cancellationToken)
    {
        var reply = await team.ChangeAsync(
            HttpMethod.Post,
            $"coupons/{Uri.EscapeDataString(redemption.Code)}/redemptions",
            new { redemption.OrderId, redemption.MemberId },
            redemption.Key,
            [.. Done, HttpStatusCode.Conflict],
            cancellationToken);
        return reply.Status == HttpStatusCode.Conflict ? new UseAnswer(Used: false, reply.Reason) : new UseAnswer(Used: true, Reason: null);
    }

    public Task RestoreAsync(RedeemCoupon redemption, string key, CancellationToken cancellationToken) =>
        team.ChangeAsync(
            HttpMethod.Post,
            $"coupons/{Uri.EscapeDataString(redemption.Code)}/restorations",
            new { redemption.OrderId, redemption.MemberId },
            key,
            Done,
            cancellationToken);

    /// <summary>Whether a valid coupon's values are plausible: a fraction, or an amount of won, and neither its maximum nor its condition below zero.</summary>
    private static bool IsSound(ValidityReply coupon) => !coupon.Valid
        || (coupon is { Kind: not null, Value: >= 0 and <= long.MaxValue / 2, SellerShare: >= 0 and <= 1 }
            && (coupon.Kind != DiscountKind.Rate || coupon.Value <= 1)
            && (coupon.MaxDiscount ?? Won.Zero) >= Won.Zero && (coupon.MinOrderAmount ?? Won.Zero) >= Won.Zero);

    /// <summary>An answer; the discount may be missing if the coupon is not valid.</summary>
    private sealed record ValidityReply(
        bool Valid, string? Reason, DiscountKind? Kind, decimal? Value, Won? MaxDiscount, Won? MinOrderAmount, decimal? SellerShare)
    {
        public CouponFact ToFact(string code) => new(code, Valid, Reason, Kind ?? DiscountKind.Amount, Value ?? 0, MaxDiscount, MinOrderAmount, SellerShare ?? 0);
    }
}
