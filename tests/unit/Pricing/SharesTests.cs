using CsCheck;
using OrderOrchestration.Workflows.Pricing;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Pricing;

[Parallelizable(ParallelScope.All)]
public sealed class SharesTests
{
    private static int Cases => TestSize.Cases(1_000_000);

    [Test]
    public void The_largest_remainders_take_the_odd_won() =>
        Assert.That(Shares.ByLargestRemainder(Won(10), [Won(1), Won(1), Won(1)]), Is.EqualTo(new[] { Won(4), Won(3), Won(3) }));

    [Test]
    public void Parts_without_weight_leave_all_to_the_first() =>
        Assert.That(Shares.ByLargestRemainder(Won(7), [Won(0), Won(0)]), Is.EqualTo(new[] { Won(7), Won(0) }));

    [Test]
    public void A_negative_part_a_negative_total_or_no_part_is_refused()
    {
        Assert.That(() => Shares.ByLargestRemainder(Won(7), [Won(1), Won(-1)]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("weights"));
        Assert.That(() => Shares.ByLargestRemainder(Won(-7), [Won(1)]), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("total"));
        Assert.That(() => Shares.ByLargestRemainder(Won(7), []), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("weights"));
    }

    [Test]
    public void Of_equal_remainders_the_earlier_part_takes_the_odd_won() =>
        Assert.That(Shares.ByLargestRemainder(Won(5), [Won(1), Won(1), Won(1)]), Is.EqualTo(new[] { Won(2), Won(2), Won(1) }));

    [TestCase(-1, 1, 3)]
    [TestCase(1, -1, 3)]
    [TestCase(2, 2, 3)]
    public void Units_that_a_line_does_not_have_are_refused(int before, int units, int of) =>
        Assert.That(() => Shares.OfUnits(Won(10), before, units, of), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void The_units_share_of_an_amount_beyond_an_ints_products_is_exact() =>
        Assert.That(Shares.OfUnits(Won(long.MaxValue), 0, 2, 2), Is.EqualTo(Won(long.MaxValue)));

    [Test]
    public void Shares_add_up_and_are_less_than_a_won_from_the_exact_ones() =>
        Gen.Select(Gen.Long[0, 1_000_000_000_000], Gen.Long[0, 1_000_000_000].Array[1, 12]).Sample(
            (total, weights) =>
            {
                var shares = Shares.ByLargestRemainder(Won(total), [.. weights.Select(Won)]);
                var sum = weights.Aggregate((Int128)0, (all, weight) => all + weight);
                return shares.Sum(share => share.Amount) == total
                    && (sum == 0 || weights.Select((weight, i) => shares[i].Amount - (long)((Int128)total * weight / sum)).All(odd => odd is 0 or 1));
            },
            iter: Cases);

    [Test]
    public void Units_taken_in_any_steps_take_exactly_the_whole_and_never_less_than_nothing() =>
        Gen.Select(Gen.Long[0, 10_000_000], Gen.Int[1, 5].Array[1, 12]).Sample(
            (total, steps) =>
            {
                var taken = 0L;
                var before = 0;
                foreach (var step in steps)
                {
                    var share = Shares.OfUnits(Won(total), before, step, steps.Sum()).Amount;
                    if (share < 0)
                    {
                        return false;
                    }

                    taken += share;
                    before += step;
                }

                return taken == total;
            },
            iter: Cases);
}
