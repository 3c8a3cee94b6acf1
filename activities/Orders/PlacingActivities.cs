using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Quoting;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Placing;
using Temporalio.Activities;

namespace OrderOrchestration.Activities.Orders;

/// <summary>Reads facts and uses coupon, points and stock of an order that is placed (seed §5.1, §5.3, §5.6).</summary>
public sealed class PlacingActivities(
    OrderFactsReader facts, PromotionClient promotion, MemberClient members, ProductClient products, OrderRecords records) : IPlacingActivities
{
    private static CancellationToken Cancellation => ActivityExecutionContext.Current.CancellationToken;

    [Activity]
    public Task<OrderFacts> ReadFactsAsync(OrderRequest request) => PartnerCalls.RunAsync(() => facts.ReadAsync(request, Cancellation));

    [Activity]
    public Task<UseAnswer> RedeemCouponAsync(RedeemCoupon redemption) => PartnerCalls.RunAsync(() => promotion.RedeemAsync(redemption, Cancellation));

    [Activity]
    public Task<UseAnswer> UsePointsAsync(UsePoints use) => PartnerCalls.RunAsync(() => members.UsePointsAsync(use, Cancellation));

    [Activity]
    public Task<StockReservationAnswer> ReserveStockAsync(ReserveStock request) => PartnerCalls.RunAsync(async () =>
    {
        await records.WriteAsync(request.Record);
        var answer = await products.ReserveAsync(request.OrderId, request.Lines, request.TtlSeconds, request.Key, Cancellation);
        return answer.ReservationId is null
            ? answer with { Recommendations = await RecommendAsync(answer.Shortages, request.Similar) }
            : answer;
    });

    /// <summary>재고 부족 시 유사 상품 추천: best effort, a failure means no recommendations.</summary>
    private async Task<IReadOnlyList<string>> RecommendAsync(IReadOnlyList<StockShortage> shortages, int similar)
    {
        try
        {
            var found = await Task.WhenAll(shortages.Select(shortage => products.GetSimilarAsync(shortage.ProductId, similar, Cancellation)));
            return [.. found.SelectMany(productIds => productIds).Distinct(StringComparer.Ordinal)];
        }
        catch (PartnerFailureException)
        {
            return [];
        }
    }
}
