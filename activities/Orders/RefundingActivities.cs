using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Refunding;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Refunds money at the payment team, and restores or claws back points at the member team (seed §5.5, §5.6).</summary>
public sealed class RefundingActivities(PaymentClient payments, MemberClient members, OrderRecords records) : IRefundingActivities
{
    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task<RefundAnswer> RefundPaymentAsync(RefundPayment request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);

        // A provider drops idempotency keys after some days, and a refund may be retried later, so the payment's state is read first.
        var state = await payments.GetAsync(request.PaymentId, Cancellation);
        var refunds = state.Refunds ?? [];
        if (refunds.FirstOrDefault(refund => refund.RefundId == request.RefundId) is { } known)
        {
            return known.Amount > request.Amount
                ? throw PartnerFailureException.Mismatch(
                    PaymentClient.Team, "refund", $"refund {request.RefundId} is {known.Amount} there where {request.Amount} were asked for")
                : new RefundAnswer(known.Status, known.Amount, refunds);
        }

        var amount = Won.Min(request.Amount, state.Amount - state.RefundedAmount);
        if (amount <= Won.Zero)
        {
            // All of it was already refunded by others.
            return new RefundAnswer(PaymentRefundStatus.Completed, Won.Zero, refunds);
        }

        var completed = await payments.RefundAsync(request.PaymentId, request.RefundId, amount, request.Reason, request.Items, request.Key, Cancellation);
        return new RefundAnswer(completed ? PaymentRefundStatus.Completed : PaymentRefundStatus.Pending, amount, refunds);
    });

    [Activity]
    public Task<PointsAnswer> RestorePointsAsync(RestorePoints request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        var use = request.Use;
        if (!request.Certain && await members.UsePointsAsync(use, Cancellation) is { Used: false })
        {
            return new PointsAnswer(Won.Zero);
        }

        await members.RestorePointsAsync(use.MemberId, use.OrderId, request.Points, request.Key, Cancellation);
        return new PointsAnswer(request.Points);
    });

    [Activity]
    public Task<PointsAnswer> ClawBackPointsAsync(ClawBackPoints request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        return new PointsAnswer(await members.ClawBackPointsAsync(request.MemberId, request.OrderId, request.Points, request.Key, Cancellation));
    });
}
