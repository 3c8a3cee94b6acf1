namespace OrderOrchestration.Tests.Unit.Model;

/// <summary>
/// The rules 14, 15, 15a, 15b, 19 and 24 of domain §4 in plain whole numbers, for comparison: a list of refunds and nothing else. It says how much goes back in
/// all; how much of it to the card it says only where the rules fix it (the seller's fault returns the line's own shares).
/// </summary>
internal sealed class RefundModel
{
    private readonly PricingModel terms;
    private readonly long[] cardShares;
    private readonly long[] pointShares;
    private readonly List<Asked> refunds = [];

    public RefundModel(PricingModel terms)
    {
        this.terms = terms;
        var amounts = terms.Lines.Select(line => line.UnitPrice * line.Quantity).ToArray();
        var coupon = Split(terms.Coupon(terms.All), amounts);
        var tier = Split(terms.Tier(terms.All), [.. amounts.Select((amount, i) => amount - coupon[i])]);
        var paid = amounts.Select((amount, i) => amount - coupon[i] - tier[i]).Append(terms.ShippingOnce).ToArray();
        pointShares = Split(terms.Points, paid);
        cardShares = [.. paid.Select((amount, i) => amount - pointShares[i])];
        Paid = paid.Sum();
    }

    /// <summary>Everything that was paid: card and points, shipping included.</summary>
    public long Paid { get; }

    public long Card => cardShares.Sum();

    public long Accrued { get; private set; }

    public int AccruedPercent { get; private set; }

    public IReadOnlyList<Asked> Refunds => refunds;

    public bool IsAccrued => AccruedPercent > 0;

    /// <summary>Every unit of the order is in a refund that is not rejected.</summary>
    public bool IsEmpty => Enumerable.Range(0, terms.Lines.Count).All(line => UnitsLeft(line) == 0);

    public int UnitsLeft(int line) => terms.Lines[line].Quantity - refunds.Where(refund => !refund.IsRejected).Sum(refund => refund.Units[line]);

    public Asked Request(string id, bool isChangeOfMind, bool hasFee, int[] units)
    {
        var asked = new Asked(id, isChangeOfMind, hasFee, units);
        refunds.Add(asked);
        asked.Priced = Price(asked);
        return asked;
    }

    public Asked Find(string id) => refunds.Single(refund => refund.Id == id);

    public void Forget(string id) => refunds.Remove(Find(id));

    /// <summary>Its won and units are free again, and the other open refunds are priced anew.</summary>
    public void Reject(string id)
    {
        Find(id).IsRejected = true;
        foreach (var open in refunds.Where(refund => refund is { IsRejected: false, IsFinal: false }))
        {
            open.Priced = Price(open);
        }
    }

    /// <summary>구매 확정 시 적립: a part of what was paid by card and not taken off.</summary>
    public void Accrue(int percent)
    {
        AccruedPercent = percent;
        Accrued = Math.Max(0, Card - CardTakenOff) * percent / 100;
    }

    /// <summary>Hotspot 24: what the purchase no longer earns.</summary>
    /// <param name="card">The part of the refund that goes to the card, in won.</param>
    public long ClawBackDue(long card) => AccruedLeft - (Math.Max(0, Card - CardTakenOff - card) * AccruedPercent / 100);

    /// <summary>The money is requested: from here on the amount is final.</summary>
    /// <param name="taken">Points that the member team could take back.</param>
    public Asked AskForMoney(string id, long card, long due, long taken)
    {
        var asked = Find(id);
        asked.Priced = Price(asked);
        asked.Shares = Shares(asked, TakenBefore());
        asked.Withheld = Math.Min(Math.Max(0, due - taken), asked.Priced.Total);
        asked.Taken = taken;
        asked.Card = card;
        asked.IsFinal = true;
        return asked;
    }

    public long AccruedLeft => Accrued - refunds.Where(refund => refund.IsFinal).Sum(refund => refund.Taken + refund.Withheld);

    private long CardTakenOff => refunds.Where(refund => refund.IsFinal).Sum(refund => refund.Card);

    /// <summary>Refunds, fees and won withheld together.</summary>
    public long GoneInAll => refunds.Where(refund => refund.IsFinal).Sum(refund => refund.Priced.Total + refund.Priced.Fee);

    private Price Price(Asked asked) => asked.IsChangeOfMind ? ChangeOfMind(asked) : SellersFault(asked);

    /// <summary>The line's share is refunded whole; the shipping fee when all of the order is returned for the seller's fault.</summary>
    private Price SellersFault(Asked asked)
    {
        var taken = TakenBefore();
        var (card, points) = Shares(asked, taken).Aggregate((Card: 0L, Points: 0L), (sum, line) => (sum.Card + line.Card, sum.Points + line.Points));
        var isAll = terms.All.Select((quantity, i) => quantity == taken[i] + asked.Units[i]).All(gone => gone)
            && refunds.TrueForAll(refund => !refund.IsFinal || !refund.IsChangeOfMind);
        var shipping = isAll ? terms.ShippingOnce : 0;
        if (isAll)
        {
            (card, points) = (card + cardShares[^1], points + pointShares[^1]);
        }

        var left = Paid - GoneInAll;
        return card + points <= left ? new Price(card + points, 0, shipping, card) : new Price(left, 0, 0, null);
    }

    /// <summary>cost(before) − cost(after) − fee. What went back through the seller's fault counts as kept in both, unless nothing is kept at all.</summary>
    private Price ChangeOfMind(Asked asked)
    {
        var earlier = refunds.TakeWhile(refund => refund != asked).Where(refund => refund is { IsChangeOfMind: true, IsRejected: false }).ToList();
        var faults = refunds.Where(refund => refund is { IsChangeOfMind: false, IsFinal: true }).ToList();
        var before = terms.All.Select((quantity, i) => quantity - earlier.Sum(refund => refund.Units[i])).ToArray();
        var after = before.Select((quantity, i) => quantity - asked.Units[i]).ToArray();
        var keepsNothing = after.Select((quantity, i) => quantity == faults.Sum(refund => refund.Units[i])).All(none => none);
        var difference = keepsNothing
            ? terms.Cost(before) - terms.ShippingOnce - faults.Sum(refund => refund.Priced.Total)
            : terms.Cost(before) - terms.Cost(after);
        difference = Math.Min(Math.Max(0, difference), Paid - GoneInAll);
        var fee = asked.HasFee ? Math.Min(terms.Policies.ReturnFee, difference) : 0;
        return new Price(difference - fee, fee, 0, null);
    }

    private int[] TakenBefore() => [.. terms.All.Select((_, i) => refunds.Where(refund => refund.IsFinal).Sum(refund => refund.Units[i]))];

    /// <summary>Units take their part of what is left of a line, so that all of them take all of it.</summary>
    private (long Card, long Points)[] Shares(Asked asked, int[] taken) =>
    [
        .. asked.Units.Select((units, i) =>
        {
            var others = refunds.Where(refund => refund.IsFinal && refund != asked).ToList();
            var left = terms.All[i] - taken[i];
            return units == 0
                ? (0L, 0L)
                : ((cardShares[i] - others.Sum(refund => refund.Shares[i].Card)) * units / left,
                    (pointShares[i] - others.Sum(refund => refund.Shares[i].Points)) * units / left);
        }),
    ];

    private static long[] Split(long total, long[] weights)
    {
        var sum = weights.Sum();
        if (sum == 0)
        {
            return [.. weights.Select((_, i) => i == 0 ? total : 0)];
        }

        var shares = weights.Select(weight => (long)((Int128)total * weight / sum)).ToArray();
        var remainders = weights.Select((weight, i) => ((Int128)total * weight) - ((Int128)shares[i] * sum)).ToArray();
        for (var missing = total - shares.Sum(); missing > 0; missing--)
        {
            var largest = Array.IndexOf(remainders, remainders.Max());
            shares[largest]++;
            remainders[largest] = -1;
        }

        return shares;
    }
}

/// <summary>What a refund gives back before anything is withheld.</summary>
/// <param name="Total">Card and points.</param>
/// <param name="Card">Absent where the rules leave open what of it is card won.</param>
internal sealed record Price(long Total, long Fee, long Shipping, long? Card);

internal sealed class Asked(string id, bool isChangeOfMind, bool hasFee, int[] units)
{
    public string Id { get; } = id;

    public bool IsChangeOfMind { get; } = isChangeOfMind;

    public bool HasFee { get; } = hasFee;

    public int[] Units { get; } = units;

    public bool IsRejected { get; set; }

    /// <summary>Its money was requested.</summary>
    public bool IsFinal { get; set; }

    /// <summary>The units' own shares, a line each, fixed with the amount.</summary>
    public IReadOnlyList<(long Card, long Points)> Shares { get; set; } = [];

    public Price Priced { get; set; } = new(0, 0, 0, null);

    public long Withheld { get; set; }

    public long Taken { get; set; }

    /// <summary>Card won that the order no longer earns points for.</summary>
    public long Card { get; set; }
}
