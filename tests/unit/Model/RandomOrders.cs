using CsCheck;
using OrderOrchestration.Tests.Unit.Orders;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Model;

/// <summary>What may happen to an order next; the rules decide whether it is admitted.</summary>
/// <param name="Kind">From 0 to 99: which act.</param>
internal sealed record Act(int Kind, int A, int B, int C);

/// <summary>Orders of up to four lines with coupon, tier, points, remote addresses and policies of all kinds, and what happens to them.</summary>
internal static class RandomOrders
{
    public static Gen<(PricingModel Order, Act[] Acts)> Histories { get; } = Gen.Select(Models(), Acts());

    private static Gen<Act[]> Acts() =>
        Gen.Select(Gen.Int[0, 99], Gen.Int[0, 999], Gen.Int[0, 999], Gen.Int[0, 999], (kind, a, b, c) => new Act(kind, a, b, c)).Array[1, 25];

    private static Gen<PricingModel> Models() =>
        from lines in Gen.Select(
            Gen.OneOf(Gen.Long[1, 90_000], Gen.Int[1, 12].Select(i => i * 5_000L)), Gen.Int[1, 5], Gen.Int[0, 3],
            (price, quantity, one) => new PricingModelLine(price, quantity, one == 0)).Array[1, 4]
        from coupon in Gen.Select(Gen.Int[0, 3], Gen.Long[0, 40_000], Gen.Int[1, 600], Gen.Long[0, 30_000], Gen.Int[0, 100])
        from vip in Gen.Bool
        from remote in Gen.Int[0, 3]
        from pointsPart in Gen.OneOf(Gen.Const(0), Gen.Int[0, 100], Gen.Const(100))
        from policies in Policies()
        select Build(lines, coupon, vip, remote == 0, pointsPart, policies);

    private static Gen<TermsPolicies> Policies() => Gen.OneOf(
        Gen.Const(new TermsPolicies(100_000, 3_000, 3_000, 3_000, 5, 50, 100_000, 1)),
        Gen.Select(
            Gen.Long[0, 150_000], Gen.Long[0, 6_000], Gen.Long[0, 6_000], Gen.Long[0, 9_000], Gen.Int[0, 30], Gen.Int[0, 100], Gen.Long[0, 150_000], Gen.Int[0, 10],
            (free, shipping, remote, fee, vip, most, approval, accrual) => new TermsPolicies(free, shipping, remote, fee, vip, most, approval, accrual)));

    private static PricingModel Build(
        PricingModelLine[] lines, (int Kind, long Won, int PerMille, long Maximum, int MinimumPart) coupon, bool vip, bool remote, int pointsPart, TermsPolicies policies)
    {
        var items = lines.Sum(line => line.UnitPrice * line.Quantity);
        var free = new PricingModel(
            lines,
            coupon.Kind is 1 or 2 ? coupon.Won : 0,
            coupon.Kind == 3 ? coupon.PerMille : 0,
            coupon.Kind >= 2 ? coupon.Maximum : null,
            coupon.Kind > 0 ? items * coupon.MinimumPart / 100 : 0,
            vip,
            remote,
            0,
            policies);
        return free with { Points = free.Cost(free.All) * pointsPart / 100 };
    }

    /// <summary>The same order as the program takes it.</summary>
    public static OrderSpecification ScenarioOf(PricingModel terms, bool isMember)
    {
        var products = terms.Lines.Select((line, i) => Product($"p-{i}", line.UnitPrice) with { PreOrder = line.PreOrder }).ToArray();
        var facts = Facts(products) with
        {
            Member = isMember ? Member(terms.IsVip ? "VIP" : "GOLD", terms.Points) with { Birthday = null } : null,
            Coupon = CouponOf(0) with
            {
                Kind = terms.CouponPerMille > 0 ? DiscountKind.Rate : DiscountKind.Amount,
                Value = terms.CouponPerMille > 0 ? terms.CouponPerMille / 1_000m : terms.CouponWon,
                MaxDiscount = terms.CouponMaximum is { } maximum ? Won(maximum) : null,
                MinOrderAmount = Won(terms.CouponMinimum),
            },
            Serviceability = new ServiceabilityFact(Deliverable: true, terms.IsRemote),
        };
        var request = Request([.. terms.Lines.Select((line, i) => new LineQuantity($"p-{i}", line.Quantity))]) with
        {
            MemberId = isMember ? "m-1" : null,
            CouponCode = isMember ? "COUPON" : null,
            Points = Won(terms.Points),
            Payment = null,
        };
        return OrderSpecification.Of(request, facts, Policies(terms.Policies));
    }

    private static OrderPolicies Policies(TermsPolicies policies) => new()
    {
        MinimumOrderAmount = Won(0),
        FreeShippingThreshold = Won(policies.FreeShippingFrom),
        ShippingFee = Won(policies.ShippingFee),
        RemoteAreaSurcharge = Won(policies.RemoteSurcharge),
        ReturnFee = Won(policies.ReturnFee),
        VipDiscountRate = policies.VipPercent / 100m,
        MaxDiscountRate = policies.MaxDiscountPercent / 100m,
        RefundApprovalThreshold = Won(policies.ApprovalFrom),
        PointAccrualRate = policies.AccrualPercent / 100m,
    };
}
