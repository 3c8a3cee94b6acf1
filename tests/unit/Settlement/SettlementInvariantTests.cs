using CsCheck;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Settlement;
using static OrderOrchestration.Tests.Unit.Given;
using static OrderOrchestration.Tests.Unit.Settlement.CompletedOrder;

namespace OrderOrchestration.Tests.Unit.Settlement;

/// <summary>
/// Invariant 5 of domain §5: Σ statements = Σ completed lines − Σ refunds − Σ commission, to the won, whatever day they fall on. Over random orders with
/// refunds before and after completion and before and after a day's closing, committed late, in nights that run, are missed, or run again.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class SettlementInvariantTests
{
    private static int Histories => TestSize.Cases(120_000);

    private static readonly Gen<RandomLine> Lines = Gen.Select(
        Gen.Int[1, 5], Gen.Long[100, 2_000_000], Gen.Int[0, 60], Gen.Int[0, 5], Gen.Int[0, 3],
        (quantity, unitPrice, couponPercent, tierPercent, seller) => new RandomLine(quantity, unitPrice, couponPercent, tierPercent, seller));

    private static readonly Gen<RandomRefund> Refunds = Gen.Select(
        Gen.Int[0, 3], Gen.Int[1, 3], Gen.Int[-2, 9], (line, units, daysAfter) => new RandomRefund(line, units, daysAfter));

    private static readonly Gen<RandomOrder> Orders = Gen.Select(
        Lines.Array[1, 3], Refunds.Array[0, 4], Gen.Int[0, 100], Gen.Int[0, 9], Gen.Int[0, 3],
        (lines, refunds, sellerShare, day, late) => new RandomOrder(lines, refunds, sellerShare / 100m, day, late));

    [Test]
    public void Invariant_5_every_won_is_in_exactly_one_statement() =>
        Gen.Select(Orders.Array[1, 4], Gen.Bool.Array[16]).Sample(
            (orders, nights) =>
            {
                var history = orders.SelectMany((order, number) => Play(order, number)).ToList();
                var ledger = new Ledger();
                for (var day = 0; day < nights.Length; day++)
                {
                    ledger.Write(history.Where(written => written.CommittedOn == day).Select(written => written.Entry));
                    if (nights[day])
                    {
                        ledger.Settle(Day(day));
                        ledger.Settle(Day(day));
                    }
                }

                ledger.Write(history.Where(written => written.CommittedOn >= nights.Length).Select(written => written.Entry));
                ledger.Settle(Day(60));

                var entries = history.Select(written => written.Entry).ToList();
                Won Sum(SettlementEntryKind? kind, Func<SettlementEntry, Won> of) =>
                    entries.Where(entry => kind is null || entry.Kind == kind).Aggregate(default(Won), (sum, entry) => sum + of(entry));
                var expected = Sum(SettlementEntryKind.Sale, entry => entry.CommissionBasis)
                    + Sum(SettlementEntryKind.Refund, entry => entry.CommissionBasis)
                    - Sum(null, entry => entry.Commission);

                Assert.That(ledger.Total, Is.EqualTo(expected));
                Assert.That(ledger.Lines, Is.EqualTo(entries.Count));
                Assert.That(ledger.Open, Is.Zero);
            },
            iter: Histories);

    [Test]
    public void A_line_is_settled_for_what_its_customer_keeps_and_for_nothing_once_all_of_it_came_back() =>
        Orders.Sample(
            random =>
            {
                var entries = Play(random, 1).Select(written => written.Entry).ToList();
                foreach (var line in entries.GroupBy(entry => entry.ProductId))
                {
                    var sale = line.Single(entry => entry.Kind == SettlementEntryKind.Sale);
                    Assert.That(sale.Commission, Is.EqualTo(sale.CommissionBasis.AtRate(sale.CommissionRate)), "rounded down to the won per line");
                    var unitPrice = sale.Sales.Amount / sale.Quantity;
                    var kept = line.Sum(entry => entry.Quantity);
                    Assert.That(line.Sum(entry => entry.Sales.Amount), Is.EqualTo(unitPrice * kept));
                    Assert.That(line.Sum(entry => entry.Net.Amount), kept == 0 ? Is.Zero : Is.GreaterThanOrEqualTo(0));
                    Assert.That(line.Sum(entry => entry.Commission.Amount), kept == 0 ? Is.Zero : Is.GreaterThanOrEqualTo(0));
                }
            },
            iter: Histories);

    private static DateOnly Day(int number) => BusinessDay.Of(Noon).AddDays(number);

    /// <summary>Lets an order happen: refunds before its completion first, the others on days of their own.</summary>
    private static List<Written> Play(RandomOrder random, int number)
    {
        var order = Of([.. random.Lines.Select((line, i) => line.Quote($"p-{number}-{i}"))]);
        order.BearingOfCoupons(random.SellerShare).With(state => state with { Request = state.Request with { OrderId = $"o-{number}" } });
        var left = random.Lines.Select(line => line.Quantity).ToArray();
        var written = new List<Written>();
        var refunds = random.Refunds.OrderBy(refund => refund.DaysAfter).ToList();
        for (var i = 0; i < refunds.Count; i++)
        {
            if (refunds[i].DaysAfter >= 0)
            {
                break;
            }

            Refund(i);
        }

        Keep(order.Complete(Noon.AddDays(random.Day)), random.Day);
        for (var i = 0; i < refunds.Count; i++)
        {
            if (refunds[i].DaysAfter >= 0)
            {
                Refund(i);
            }
        }

        return written;

        void Refund(int i)
        {
            var line = refunds[i].Line % left.Length;
            var units = Math.Min(refunds[i].Units, left[line]);
            if (units > 0)
            {
                left[line] -= units;
                var day = random.Day + refunds[i].DaysAfter;
                Keep(order.Refund($"r-{i}", $"p-{number}-{line}", units, Noon.AddDays(day)), day);
            }
        }

        void Keep(IReadOnlyList<SettlementEntry> entries, int day) => written.AddRange(entries.Select(entry => new Written(entry, day + random.Late)));
    }

    /// <summary>The rule of closing in a few lines: a night takes all that is open up to its day's end, once.</summary>
    private sealed class Ledger
    {
        private readonly List<SettlementEntry> open = [];
        private readonly HashSet<string> known = [];
        private readonly HashSet<DateOnly> closed = [];

        public Won Total { get; private set; }

        public int Lines { get; private set; }

        public int Open => open.Count;

        public void Write(IEnumerable<SettlementEntry> entries) => open.AddRange(entries.Where(entry => known.Add(entry.EntryId)));

        public void Settle(DateOnly day)
        {
            if (!closed.Add(day))
            {
                return;
            }

            var taken = open.Where(entry => entry.At < BusinessDay.EndOf(day)).ToList();
            open.RemoveAll(taken.Contains);
            Lines += taken.Count;
            foreach (var seller in taken.GroupBy(entry => entry.SellerId))
            {
                Total += StatementAmounts.Of(seller.Select(EntrySums.Of)).Amount;
            }
        }
    }

    private sealed record Written(SettlementEntry Entry, int CommittedOn);

    private sealed record RandomOrder(RandomLine[] Lines, RandomRefund[] Refunds, decimal SellerShare, int Day, int Late);

    private sealed record RandomRefund(int Line, int Units, int DaysAfter);

    private sealed record RandomLine(int Quantity, long UnitPrice, int CouponPercent, int TierPercent, int Seller)
    {
        public Workflows.Pricing.QuotedLine Quote(string productId)
        {
            var amount = Won(UnitPrice * Quantity);
            var coupon = amount.AtRate(CouponPercent / 100m);
            var tier = (amount - coupon).AtRate(TierPercent / 100m);
            return QuotedOf(productId, Quantity, UnitPrice, coupon.Amount, tier.Amount, seller: $"s-{Seller}");
        }
    }
}
