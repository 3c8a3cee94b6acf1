using OrderOrchestration.Workflows.Settlement;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Settlement;

/// <summary>Settlement's own activities: each is one call of the store.</summary>
public sealed class SettlementActivities(ISettlementStore days, IPayoutStore payouts) : ISettlementSteps
{
    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task<DateOnly?> FindDayToSettleAsync(FindDay step) => days.FindDayToSettleAsync(step, Cancellation);

    [Activity]
    public Task<ClosedPage> CloseDayAsync(CloseDay step) => days.CloseDayAsync(step, Cancellation);

    [Activity]
    public Task<StatedPage> CreateStatementsAsync(CreateStatements step) => days.CreateStatementsAsync(step, Cancellation);

    [Activity]
    public Task<SettledDay> CompleteDayAsync(DateOnly day) => days.CompleteDayAsync(day, Cancellation);

    [Activity]
    public Task<PayoutPage> OpenPayoutsAsync(OpenPayouts step) => payouts.OpenAsync(step, Cancellation);

    [Activity]
    public Task<PayoutPage> FindPayoutsUnderWayAsync(FindPayouts step) => payouts.UnderWayAsync(step, Cancellation);

    [Activity]
    public Task<PayoutVerdict> EndPayoutAsync(PayoutOutcome outcome) => payouts.EndAsync(outcome, Cancellation);

    [Activity]
    public Task ReportFailureAsync(SettlementFailure failure) => days.ReportFailureAsync(failure, Cancellation);

    [Activity]
    public Task ResolveFailureAsync(string subject) => days.ResolveFailureAsync(subject, Cancellation);
}
