namespace OrderOrchestration.Tests.Unit.Model;

/// <summary>
/// What an order costs, in plain whole numbers: written from domain §3 and §4 for comparison, so it shares no arithmetic with the program.
/// </summary>
/// <param name="CouponPerMille">A coupon of a rate; 0: one of <paramref name="CouponWon"/>.</param>
/// <param name="Points">Points that pay a part of it.</param>
internal sealed record PricingModel(
    IReadOnlyList<PricingModelLine> Lines,
    long CouponWon,
    int CouponPerMille,
    long? CouponMaximum,
    long CouponMinimum,
    bool IsVip,
    bool IsRemote,
    long Points,
    TermsPolicies Policies)
{
    public int[] All { get; } = [.. Lines.Select(line => line.Quantity)];

    public long Items(int[] units) => Lines.Select((line, i) => line.UnitPrice * units[i]).Sum();

    /// <summary>Coupon of these units: its condition met, its own maximum and the cap of all discounts held.</summary>
    public long Coupon(int[] units)
    {
        var items = Items(units);
        if (items < CouponMinimum)
        {
            return 0;
        }

        var wanted = CouponPerMille > 0 ? items * CouponPerMille / 1_000 : CouponWon;
        return Math.Min(Math.Min(wanted, CouponMaximum ?? long.MaxValue), Cap(items));
    }

    /// <summary>VIP 5 % on what the coupon leaves, under the same cap.</summary>
    public long Tier(int[] units)
    {
        var items = Items(units);
        var coupon = Coupon(units);
        return IsVip ? Math.Min((items - coupon) * Policies.VipPercent / 100, Cap(items) - coupon) : 0;
    }

    public long Shipping(int[] units) =>
        (Items(units) - Coupon(units) - Tier(units) >= Policies.FreeShippingFrom ? 0 : Policies.ShippingFee) + (IsRemote ? Policies.RemoteSurcharge : 0);

    /// <summary>The shipping fee that the order was charged with.</summary>
    public long ShippingOnce => Shipping(All);

    /// <summary>What these units cost if bought alone with their shipping fee; no units: the shipping fee once charged stays.</summary>
    public long Cost(int[] units) => units.Sum() == 0 ? ShippingOnce : Items(units) - Coupon(units) - Tier(units) + Shipping(units);

    private long Cap(long items) => items * Policies.MaxDiscountPercent / 100;
}

internal sealed record PricingModelLine(long UnitPrice, int Quantity, bool PreOrder);

internal sealed record TermsPolicies(
    long FreeShippingFrom, long ShippingFee, long RemoteSurcharge, long ReturnFee, int VipPercent, int MaxDiscountPercent, long ApprovalFrom, int AccrualPercent);
