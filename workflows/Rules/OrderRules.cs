using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Workflows.Rules;

/// <summary>Whether an order is admitted (seed §5.1, §5.2, §5.6; contract <c>POST /v1/orders</c>). The first violated rule is returned.</summary>
public static class OrderRules
{
    /// <summary>Validates a request against the teams' answers. <c>null</c>: the order is admitted and its quote is valid.</summary>
    public static Refusal? Validate(OrderRequest request, OrderFacts facts, OrderPolicies policies) =>
        ValidateProducts(request, facts, policies)
        ?? ValidateAddress(request, facts)
        ?? ValidateCoupon(request, facts)
        ?? ValidatePayment(request, facts, policies);

    /// <summary>100만원 이상 결제 시 본인인증 필수: the verification must exist, be verified, and belong to the orderer.</summary>
    public static Refusal? ValidateIdentity(string? memberId, Won payable, IdentityVerificationFact? verification, OrderPolicies policies)
    {
        if (payable < policies.IdentityVerificationThreshold)
        {
            return null;
        }

        // A guest has no verification, so only members can place an order of this size.
        var own = memberId is not null && string.Equals(verification?.MemberId, memberId, StringComparison.Ordinal);
        return verification is { Verified: true } && own
            ? null
            : Refusal.Of(
                RefusalSlugs.IdentityVerificationRequired,
                "A payment of this size needs the orderer's verified identity.",
                new { payable, threshold = policies.IdentityVerificationThreshold });
    }

    private static Refusal? ValidateProducts(OrderRequest request, OrderFacts facts, OrderPolicies policies)
    {
        var lines = OrderPricing.Merge(request.Lines);
        if (lines.Count > policies.MaxCartItems)
        {
            return Refusal.Of(
                RefusalSlugs.TooManyItems, "An order holds a limited number of products.", new { maximum = policies.MaxCartItems, products = lines.Count });
        }

        var onSale = facts.Products.Where(product => product is { Known: true, OnSale: true }).Select(product => product.ProductId).ToHashSet(StringComparer.Ordinal);
        var missing = lines.Select(line => line.ProductId).Where(productId => !onSale.Contains(productId)).ToList();
        if (missing.Count > 0)
        {
            return Refusal.Of(RefusalSlugs.NotOnSale, "A product is not on sale.", new { productIds = missing });
        }

        var items = OrderPricing.Items(lines, facts.Products);
        return items < policies.MinimumOrderAmount
            ? Refusal.Of(RefusalSlugs.MinimumOrderAmount, "The product amount is below the minimum.", new { minimum = policies.MinimumOrderAmount, items })
            : null;
    }

    private static Refusal? ValidateAddress(OrderRequest request, OrderFacts facts) =>
        facts.Serviceability.Deliverable
            ? null
            : Refusal.Of(RefusalSlugs.UndeliverableAddress, "Nothing is delivered to this postal code.", new { postalCode = request.ShipTo.PostalCode });

    private static Refusal? ValidateCoupon(OrderRequest request, OrderFacts facts)
    {
        if (request.CouponCode is not { } code)
        {
            return null;
        }

        var items = OrderPricing.Items(request.Lines, facts.Products);
        return facts.Coupon switch
        {
            null or { Valid: false, Reason: null } => CouponRejected(code, "conditions-not-met"),
            { Valid: false, Reason: { } reason } => CouponRejected(code, reason),
            { MinOrderAmount: { } minimum } when items < minimum => CouponRejected(code, "conditions-not-met"),
            _ => null,
        };
    }

    /// <summary>The refusal of a coupon, by validation or by a failed redemption.</summary>
    public static Refusal CouponRejected(string code, string reason) =>
        Refusal.Of(RefusalSlugs.CouponRejected, "The coupon cannot be used for this order.", new { couponCode = code, reason });

    /// <summary>The refusal of points, by validation or by a failed use.</summary>
    public static Refusal PointsRejected(Won points, string reason) =>
        Refusal.Of(RefusalSlugs.PointsRejected, "The points cannot be used for this order.", new { points, reason });

    private static Refusal? ValidatePayment(OrderRequest request, OrderFacts facts, OrderPolicies policies)
    {
        var amounts = OrderPricing.Quote(request.Lines, facts, request.Points, policies).Amounts;
        if (request.Points > Won.Zero && facts.Member is null)
        {
            return PointsRejected(request.Points, "members-only");
        }

        if (request.Points < Won.Zero || amounts.Payable < Won.Zero)
        {
            return PointsRejected(request.Points, "exceeds-payable");
        }

        if (request.Points.Amount > (facts.Member?.PointBalance ?? 0))
        {
            return PointsRejected(request.Points, "insufficient-balance");
        }

        return request.Payment is null ? null : ValidateIdentity(request.MemberId, amounts.Payable, facts.IdentityVerification, policies);
    }
}
