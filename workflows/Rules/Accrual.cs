using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Workflows.Rules;

/// <summary>포인트 적립 (seed §5.8): 1 % of what was paid by card, twice that in the month of the member's birthday, Seoul time.</summary>
public static class Accrual
{
    private static readonly TimeSpan Seoul = TimeSpan.FromHours(9);

    public static Won Of(Won cardPaid, DateOnly? birthday, DateTimeOffset completedAt, OrderPolicies policies)
    {
        var points = cardPaid.AtRate(policies.PointAccrualRate);
        return birthday is { } day && day.Month == completedAt.ToOffset(Seoul).Month ? points * policies.BirthdayMonthMultiplier : points;
    }
}
