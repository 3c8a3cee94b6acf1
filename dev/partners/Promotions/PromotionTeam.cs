using System.Globalization;
using OrderOrchestration.Partners.Http;
using OrderOrchestration.Partners.State;

namespace OrderOrchestration.Partners.Promotions;

/// <summary>
/// The promotion team: coupons and their redemptions. A validity check is only a snapshot; the redemption decides, and of two concurrent redemptions of the
/// last use one succeeds (hotspot #18). A restored coupon can be redeemed again.
/// </summary>
public sealed class PromotionTeam
{
    private readonly Dictionary<string, Coupon> coupons = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<RedemptionInfo>> redemptions = new(StringComparer.Ordinal);
    private readonly TimeProvider clock;
    private readonly TeamsState state;
    private readonly Func<string, bool> isDeletedMember;

    /// <param name="isDeletedMember">Whether the owner of a coupon was deleted.</param>
    internal PromotionTeam(TimeProvider clock, TeamsState state, Func<string, bool> isDeletedMember)
    {
        this.clock = clock;
        this.isDeletedMember = isDeletedMember;
        this.state = state;
        foreach (var coupon in state.Load<Coupon>(Kinds.Coupon))
        {
            coupons.Add(coupon.Code, coupon);
            redemptions.Add(coupon.Code, []);
        }

        foreach (var redemption in state.Load<RedemptionInfo>(Kinds.Redemption))
        {
            redemptions[redemption.Code].Add(redemption);
        }
    }

    /// <summary>Adds or replaces a coupon.</summary>
    public void AddCoupon(Coupon coupon)
    {
        using (state.Enter())
        {
            coupons[coupon.Code] = coupon;
            redemptions.TryAdd(coupon.Code, []);
            state.Keep(Kinds.Coupon, coupon.Code, coupon);
        }
    }

    /// <summary>All coupons.</summary>
    public IReadOnlyList<Coupon> All()
    {
        using (state.Enter())
        {
            return [.. coupons.Values];
        }
    }

    internal CouponValidity Check(string code, string? memberId, long amount)
    {
        using (state.Enter())
        {
            var coupon = Find(code);
            RequireOwner(memberId);
            var reason = string.IsNullOrEmpty(memberId) || amount < (coupon.MinOrderAmount ?? 0)
                ? "conditions-not-met"
                : ReasonNotToUse(coupon, memberId);
            return new CouponValidity(
                reason is null, reason, coupon.Kind, coupon.Value, coupon.MaxDiscount, coupon.MinOrderAmount, coupon.SellerShare);
        }
    }

    internal RedemptionInfo Redeem(string code, RedemptionRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        Require.Text(request.MemberId, "memberId");
        using (state.Enter())
        {
            var coupon = Find(code);
            RequireOwner(request.MemberId);
            var isRedeemedByOrder = redemptions[code].Exists(r => r.OrderId == request.OrderId && r.RestoredAt is null);
            var refused = isRedeemedByOrder ? "already-used" : ReasonNotToUse(coupon, request.MemberId);
            if (refused is not null)
            {
                throw RefusalException.Conflict(refused, $"coupon {code} is refused: {refused}");
            }

            var redemption = new RedemptionInfo(code, request.OrderId, request.MemberId, clock.GetUtcNow(), null);
            redemptions[code].Add(redemption);
            Keep(redemption, redemptions[code].Count - 1);
            return redemption;
        }
    }

    internal RedemptionInfo Restore(string code, CouponRestorationRequest request)
    {
        Require.Text(request.OrderId, "orderId");
        using (state.Enter())
        {
            Find(code);
            var uses = redemptions[code];
            var index = uses.FindLastIndex(r => r.OrderId == request.OrderId);
            if (index < 0)
            {
                throw RefusalException.Conflict("not-redeemed", $"order {request.OrderId} has not used this coupon");
            }

            RequireOwner(uses[index].MemberId);
            if (uses[index].RestoredAt is not null)
            {
                throw RefusalException.Conflict("already-restored", $"order {request.OrderId} got this coupon back before");
            }

            uses[index] = uses[index] with { RestoredAt = clock.GetUtcNow() };
            Keep(uses[index], index);
            return uses[index];
        }
    }

    internal T Read<T>(Func<IEnumerable<RedemptionInfo>, T> reader)
    {
        using (state.Enter())
        {
            return reader(redemptions.Values.SelectMany(r => r));
        }
    }

    private void Keep(RedemptionInfo redemption, int index) =>
        state.Keep(Kinds.Redemption, string.Create(CultureInfo.InvariantCulture, $"{redemption.Code}/{index}"), redemption);

    private Coupon Find(string code) => coupons.GetValueOrDefault(code) ?? throw RefusalException.NotFound("coupon", code);

    private void RequireOwner(string? memberId)
    {
        if (memberId is not null && isDeletedMember(memberId))
        {
            throw RefusalException.NotFound("owner of coupons", memberId);
        }
    }

    private string? ReasonNotToUse(Coupon coupon, string memberId)
    {
        if (clock.GetUtcNow() >= coupon.ExpiresAt)
        {
            return "expired";
        }

        var uses = redemptions[coupon.Code].Where(r => r.RestoredAt is null).ToList();
        var isUsedUp = uses.Count >= coupon.UsesInTotal || uses.Count(r => r.MemberId == memberId) >= coupon.UsesPerMember;
        return isUsedUp ? "already-used" : null;
    }
}
