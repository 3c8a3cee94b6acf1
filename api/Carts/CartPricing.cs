using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Quoting;
using OrderOrchestration.Activities.Store.Carts;
using OrderOrchestration.Api.Teams;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Api.Carts;

/// <summary>
/// Prices a cart by the rules of orders and the facts of the teams. The address is not known yet, so no remote surcharge is included. A team that does
/// not answer in time is skipped and listed as unanswered, so that a cart can be read during an outage of any team.
/// </summary>
internal sealed class CartPricing(CartProducts products, MemberClient members, OrderFactsReader facts, IOptions<OrderPolicies> policies)
{
    // The quote of an empty cart, without a shipping fee.
    private static readonly OrderQuote Nothing = new(
        [], new OrderAmounts(Won.Zero, Won.Zero, Won.Zero, Won.Zero, Won.Zero, Won.Zero), Won.Zero, Won.Zero);

    public async Task<CartView> PriceAsync(Cart cart, IReadOnlyList<string>? leftOut, CancellationToken cancellationToken)
    {
        var (known, unanswered) = await FactsAsync(cart, cancellationToken);
        var lines = Priced(cart, known.Products);
        var quote = lines.Count == 0 ? Nothing : OrderPricing.Quote(lines, known, Won.Zero, policies.Value);
        var points = Won.Min(cart.Points, quote.Amounts.Payable);
        var amounts = quote.Amounts with { Points = points, Payable = quote.Amounts.Payable - points };
        return new CartView(
            cart.CartId,
            [.. cart.Items.Select(item => Line(item, known.Products, quote))],
            amounts,
            cart.CouponCode,
            known.Coupon is null ? null : CouponProblem(known.Coupon, quote.Amounts.Items),
            leftOut,
            unanswered.Count == 0 ? null : unanswered);
    }

    /// <summary>
    /// Why a coupon cannot be used for a cart; <c>null</c> where it can be used, or where a team does not answer. In that case it is validated when the order is placed.
    /// </summary>
    public async Task<string?> CouponProblemAsync(Cart cart, string code, CancellationToken cancellationToken)
    {
        var (known, unanswered) = await FactsAsync(cart with { CouponCode = code }, cancellationToken);
        return known.Coupon is null || unanswered.Contains("product") ? null : CouponProblem(known.Coupon, Items(cart, known.Products));
    }

    /// <summary>
    /// Why points cannot be used for a cart; <c>null</c> where they can be used, or where a team does not answer. In that case they are validated when the order is placed.
    /// </summary>
    public async Task<string?> PointsProblemAsync(Cart cart, Won points, CancellationToken cancellationToken)
    {
        var (known, unanswered) = await FactsAsync(cart, cancellationToken);
        if (unanswered.Count > 0)
        {
            return null;
        }

        if (known.Member is not { } member)
        {
            return "members-only";
        }

        var lines = Priced(cart, known.Products);
        var payable = lines.Count == 0 ? Won.Zero : OrderPricing.Quote(lines, known, Won.Zero, policies.Value).Amounts.Payable;
        return points.Amount > member.PointBalance ? "insufficient-balance" : points > payable ? "exceeds-payable" : null;
    }

    private async Task<(OrderFacts Facts, List<string> Unanswered)> FactsAsync(Cart cart, CancellationToken cancellationToken)
    {
        var memberId = CartNames.MemberOf(cart.CartId);
        var productReads = Task.WhenAll(cart.Items.Select(item => products.TryGetAsync(item.ProductId, cancellationToken)));
        var member = memberId is null ? Task.FromResult<TeamAnswer<MemberFact>?>(null) : TeamTimeout.TryAsync<TeamAnswer<MemberFact>>(
            async token => new TeamAnswer<MemberFact>(await members.FindAsync(memberId, token)), cancellationToken);
        IReadOnlyList<ProductFact> known = [.. (await productReads).OfType<ProductFact>()];
        var coupon = cart.CouponCode is null ? null : await TeamTimeout.TryAsync<CouponFact>(
            token => facts.ReadCouponAsync(cart.CouponCode, memberId, Items(cart, known), token), cancellationToken);
        var found = await member;
        List<string> unanswered =
        [
            .. known.Count < cart.Items.Count ? ["product"] : Array.Empty<string>(),
            .. memberId is not null && found is null ? ["member"] : Array.Empty<string>(),
            .. cart.CouponCode is not null && coupon is null ? ["promotion"] : Array.Empty<string>(),
        ];
        return (
            new OrderFacts
            {
                Products = known,
                Member = found?.Value,
                Coupon = coupon,
                Serviceability = new ServiceabilityFact(Deliverable: true, Remote: false),
            },
            unanswered);
    }

    // A line whose amount exceeds the maximum of an order is shown without a price.
    private static List<LineQuantity> Priced(Cart cart, IReadOnlyList<ProductFact> known)
    {
        var onSale = known.Where(product => product is { Known: true, OnSale: true }).ToDictionary(product => product.ProductId, StringComparer.Ordinal);
        return [.. cart.Lines.Where(line => onSale.TryGetValue(line.ProductId, out var product) && Amounts.IsPayable(product.Price.Amount, line.Quantity))];
    }

    private static Won Items(Cart cart, IReadOnlyList<ProductFact> known) => OrderPricing.Items(Priced(cart, known), known);

    private static string? CouponProblem(CouponFact coupon, Won items) => coupon switch
    {
        { Valid: false } => coupon.Reason ?? "conditions-not-met",
        { MinOrderAmount: { } minimum } when items < minimum => "conditions-not-met",
        _ => null,
    };

    private static CartLineView Line(CartItem item, IReadOnlyList<ProductFact> known, OrderQuote quote)
    {
        var product = known.FirstOrDefault(fact => fact.ProductId == item.ProductId);
        var priced = quote.Lines.FirstOrDefault(line => line.ProductId == item.ProductId);
        return new CartLineView(
            item.ProductId,
            product?.Name ?? "",
            product?.SellerId ?? "",
            item.Quantity,
            product?.Available,
            product?.OnSale ?? false,
            product?.PreOrder ?? false,
            priced?.UnitPrice ?? Won.Zero,
            priced?.Discount ?? Won.Zero,
            priced?.Paid ?? Won.Zero);
    }
}
