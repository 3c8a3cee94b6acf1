using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Exchanging;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Returning;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Requests the pickup of goods, and reserves their replacements (seed §5.5).</summary>
public sealed class ReturningActivities(LogisticsClient logistics, ProductClient products, OrderRecords records) : IReturningActivities, IExchangingActivities
{
    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task RequestPickupAsync(RequestPickup request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        await logistics.RequestPickupAsync(request.OrderId, request.PickupId, request.Lines, request.From, request.Key, Cancellation);
    });

    [Activity]
    public Task<StockReservationAnswer> ReserveReplacementAsync(ReserveReplacement request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        return await products.ReserveAsync(request.OrderId, request.Lines, request.TtlSeconds, request.Key, Cancellation);
    });
}
