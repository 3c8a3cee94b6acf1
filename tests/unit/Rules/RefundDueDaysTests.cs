using OrderOrchestration.Workflows;

namespace OrderOrchestration.Tests.Unit.Rules;

/// <summary>By when the money of a refund must be back: three business days (전자상거래법 §18(2)).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class RefundDueDaysTests
{
    private static readonly TimeSpan Seoul = TimeSpan.FromHours(9);

    [TestCase("2026-01-12T10:00:00+09:00", "2026-01-15", TestName = "{m}(Monday)")]
    [TestCase("2026-01-15T10:00:00+09:00", "2026-01-20", TestName = "{m}(Thursday)")]
    [TestCase("2026-01-17T10:00:00+09:00", "2026-01-21", TestName = "{m}(Saturday)")]
    [TestCase("2026-01-11T15:30:00+00:00", "2026-01-15", TestName = "{m}(Monday in Seoul, Sunday in London)")]
    public void RefundDueDays_are_business_days_of_Seoul(string from, string day) =>
        Assert.That(BusinessDay.EndOfBusinessDay(Time(from), new OrderPolicies().RefundDueDays, []), Is.EqualTo(Time(day + "T23:59:59+09:00")));

    [Test]
    public void Holidays_are_no_business_days()
    {
        var due = BusinessDay.EndOfBusinessDay(Time("2026-01-12T10:00:00+09:00"), 3, [new DateOnly(2026, 1, 13), new DateOnly(2026, 1, 17)]);
        Assert.That(due, Is.EqualTo(Time("2026-01-16T23:59:59+09:00")));
    }

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture).ToOffset(Seoul);
}
