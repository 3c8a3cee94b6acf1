using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Completing;
using OrderOrchestration.Workflows.Money;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Accrues points and records purchases at the member team (seed §5.8).</summary>
public sealed class CompletingActivities(MemberClient members, OrderRecords records) : ICompletingActivities
{
    [Activity]
    public async Task<PurchaseAnswer> RecordPurchaseAsync(RecordPurchase request)
    {
        var context = ActivityExecutionContext.Current;
        var progress = context.Info.HeartbeatDetails.Count > 0
            ? await context.Info.HeartbeatDetailAtAsync<PurchaseProgress>(0)
            : new PurchaseProgress(Accrued: false);
        return await PartnerCalls.RunAsync(
            async () =>
            {
                await records.WriteAsync(request.Record);
                if (request.Points > Won.Zero)
                {
                    await members.AccruePointsAsync(request.MemberId, request.OrderId, request.Points, request.AccrualKey, context.CancellationToken);
                    progress = new PurchaseProgress(Accrued: true);
                    context.Heartbeat(progress);
                }

                return await members.RecordPurchaseAsync(
                    request.MemberId, request.OrderId, request.Amount, request.Items, request.PurchaseKey, context.CancellationToken);
            },
            () => progress);
    }
}
