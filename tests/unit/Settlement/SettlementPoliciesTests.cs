using System.Text.Json;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Unit.Settlement;

[Parallelizable(ParallelScope.All)]
public sealed class SettlementPoliciesTests
{
    [Test]
    public void The_defaults_are_the_seeds()
    {
        var policies = new OrderPolicies();

        Assert.That(policies.CommissionRates.Of("anything"), Is.EqualTo(0.10m));
        Assert.That(policies.SettlementTime, Is.EqualTo(new TimeOnly(2, 0)));
        Assert.That(policies.PayoutTime.ToString(), Is.EqualTo("Tuesday 10:00"));
        Assert.That(policies.Faults(), Is.Empty);
    }

    [Test]
    public void An_order_carries_the_rates_it_was_placed_under()
    {
        var placed = new OrderPolicies { CommissionRates = new CommissionRates { ["food"] = 0.07m }, PayoutTime = WeeklyTime.Parse("friday 09:30") };
        var carried = JsonSerializer.Deserialize<OrderPolicies>(JsonSerializer.Serialize(placed, OrderJson.Options), OrderJson.Options)!;

        Assert.That(carried.CommissionRates.Of("FOOD"), Is.EqualTo(0.07m));
        Assert.That(carried.CommissionRates.Of("toys"), Is.EqualTo(0.10m));
        Assert.That(carried.PayoutTime, Is.EqualTo(new WeeklyTime(DayOfWeek.Friday, new TimeOnly(9, 30))));
    }

    [Test]
    public void An_order_placed_before_there_were_rates_has_the_default() =>
        Assert.That(JsonSerializer.Deserialize<OrderPolicies>("{}", OrderJson.Options)!.CommissionRates.Of("food"), Is.EqualTo(0.10m));

    [TestCase(-0.01)]
    [TestCase(1.01)]
    public void A_rate_is_a_fraction(double rate) => Assert.That(
        new OrderPolicies { CommissionRates = new CommissionRates { ["food"] = (decimal)rate } }.Faults().Single(), Does.StartWith("CommissionRates.food"));

    [TestCase("Tuesday")]
    [TestCase("2 10:00")]
    [TestCase("Tuesday 25:00")]
    [TestCase("")]
    public void A_time_of_the_week_is_a_day_and_a_time(string text) => Assert.That(() => WeeklyTime.Parse(text), Throws.InstanceOf<FormatException>());

    [TestCase("2026-01-15T14:59:59Z", "2026-01-15")]
    [TestCase("2026-01-15T15:00:00Z", "2026-01-16")]
    [TestCase("2026-03-29T01:30:00+01:00", "2026-03-29")]
    [TestCase("2026-03-08T03:30:00-07:00", "2026-03-08")]
    public void A_business_day_is_midnight_to_midnight_in_Seoul_wherever_daylight_is_saved(string moment, string day)
    {
        var at = DateTimeOffset.Parse(moment, System.Globalization.CultureInfo.InvariantCulture);

        Assert.That(BusinessDay.Text(BusinessDay.Of(at)), Is.EqualTo(day));
        Assert.That(at, Is.LessThan(BusinessDay.EndOf(BusinessDay.Of(at))));
        Assert.That(BusinessDay.EndOf(BusinessDay.Of(at)) - BusinessDay.EndOf(BusinessDay.Of(at).AddDays(-1)), Is.EqualTo(TimeSpan.FromDays(1)));
    }
}
