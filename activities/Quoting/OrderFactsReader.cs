using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Activities.Quoting;

/// <summary>
/// Reads everything that an order is validated and priced by from the teams, in parallel; the coupon last, because its validity depends on the product
/// amount. Used by the API before an order exists and by the workflow if the API could not reach a team.
/// </summary>
/// <remarks>Throws <see cref="PartnerFailureException"/> if a team gives no answer; an unknown product or member is a fact, not a failure.</remarks>
public sealed class OrderFactsReader(
    ProductClient products, MemberClient members, PromotionClient promotion, LogisticsClient logistics, PaymentClient payments)
{
    public async Task<OrderFacts> ReadAsync(OrderRequest request, CancellationToken cancellationToken)
    {
        var product = Task.WhenAll(OrderPricing.Merge(request.Lines).Select(line => products.GetAsync(line.ProductId, cancellationToken)));
        var member = request.MemberId is { } memberId ? members.FindAsync(memberId, cancellationToken) : Task.FromResult<MemberFact?>(null);
        var serviceability = logistics.GetServiceabilityAsync(request.ShipTo.PostalCode, cancellationToken);
        var identity = ReadIdentityAsync(request.Payment?.IdentityVerificationId, cancellationToken);
        await Task.WhenAll(product, member, serviceability, identity);

        return new OrderFacts
        {
            Products = await product,
            Member = await member,
            Coupon = await ReadCouponAsync(request.CouponCode, request.MemberId, OrderPricing.Items(request.Lines, await product), cancellationToken),
            Serviceability = await serviceability,
            IdentityVerification = await identity,
        };
    }

    /// <summary>A coupon for an amount; only members can use coupons.</summary>
    public async Task<CouponFact?> ReadCouponAsync(string? code, string? memberId, Won items, CancellationToken cancellationToken) =>
        (code, memberId) switch
        {
            (null, _) => null,
            (_, null) => PromotionClient.NotValid(code),
            _ => await promotion.GetValidityAsync(code, memberId, items, cancellationToken),
        };

    private async Task<IdentityVerificationFact?> ReadIdentityAsync(string? id, CancellationToken cancellationToken) =>
        id is null ? null : await payments.GetIdentityVerificationAsync(id, cancellationToken);
}
