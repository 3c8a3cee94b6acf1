using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Quoting;
using OrderOrchestration.Activities.Store;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Pricing;

namespace OrderOrchestration.Api.Carts;

/// <summary>Prices a cart by the rules of orders and the facts of the teams. Where it goes is not known yet: no remote surcharge is shown.</summary>
internal sealed class CartPricing(
    CartProducts products, MemberClient members, OrderFactsReader facts, IOptions<OrderPolicies> policies)
{
    // Who orders nothing pays nothing, shipping neither.
    private static readonly OrderQuote Nothing = new(
        [], new OrderAmounts(Won.Zero, Won.Zero, Won.Zero, Won.Zero, Won.Zero, Won.Zero), Won.Zero, Won.Zero);

    /// <exception cref="PartnerFailureException">A team does not answer.</exception>
    public async Task<CartView> PriceAsync(Cart cart, IReadOnlyList<string>? leftOut, CancellationToken cancellationToken)
    {
        var known = await FactsAsync(cart, cancellationToken);
        var onSale = known.Products.Where(product => product is { Known: true, OnSale: true }).Select(product => product.ProductId).ToHashSet();
        IReadOnlyList<LineQuantity> lines = [.. cart.Lines.Where(line => onSale.Contains(line.ProductId))];
        var quote = lines.Count == 0 ? Nothing : OrderPricing.Quote(lines, known, Won.Zero, policies.Value);
        var points = Won.Min(cart.Points, quote.Amounts.Payable);
        var amounts = quote.Amounts with { Points = points, Payable = quote.Amounts.Payable - points };
        return new CartView(
            cart.CartId,
            [.. cart.Items.Select(item => Line(item, known.Products, quote))],
            amounts,
            cart.CouponCode,
            known.Coupon is null ? null : CouponProblem(known.Coupon, quote.Amounts.Items),
            leftOut);
    }

    /// <summary>Why a coupon cannot be used for a cart; <c>null</c> where it can.</summary>
    public async Task<string?> CouponProblemAsync(Cart cart, string code, CancellationToken cancellationToken)
    {
        var known = await FactsAsync(cart with { CouponCode = code }, cancellationToken);
        return CouponProblem(known.Coupon!, Items(cart, known.Products));
    }

    /// <summary>Why points cannot be used for a cart; <c>null</c> where they can.</summary>
    public async Task<string?> PointsProblemAsync(Cart cart, Won points, CancellationToken cancellationToken)
    {
        var known = await FactsAsync(cart, cancellationToken);
        if (known.Member is not { } member)
        {
            return "members-only";
        }

        var priced = await PriceAsync(cart with { Points = Won.Zero }, null, cancellationToken);
        return points.Amount > member.PointBalance ? "insufficient-balance" : points > priced.Amounts.Payable ? "exceeds-payable" : null;
    }

    private async Task<OrderFacts> FactsAsync(Cart cart, CancellationToken cancellationToken)
    {
        var asked = Task.WhenAll(cart.Items.Select(item => products.GetAsync(item.ProductId, cancellationToken)));
        var memberId = CartAccess.MemberOf(cart.CartId);
        var member = memberId is null ? null : await members.FindAsync(memberId, cancellationToken);
        var known = await asked;
        return new OrderFacts
        {
            Products = known,
            Member = member,
            Coupon = await facts.ReadCouponAsync(cart.CouponCode, memberId, Items(cart, known), cancellationToken),
            Serviceability = new ServiceabilityFact(Deliverable: true, Remote: false),
        };
    }

    private static Won Items(Cart cart, IReadOnlyList<ProductFact> known) =>
        OrderPricing.Items([.. cart.Lines.Where(line => known.Any(product => product.ProductId == line.ProductId && product.OnSale))], known);

    private static string? CouponProblem(CouponFact coupon, Won items) => coupon switch
    {
        { Valid: false } => coupon.Reason ?? "conditions-not-met",
        { MinOrderAmount: { } minimum } when items < minimum => "conditions-not-met",
        _ => null,
    };

    private static CartLineView Line(CartItem item, IReadOnlyList<ProductFact> known, OrderQuote quote)
    {
        var product = known.First(fact => fact.ProductId == item.ProductId);
        var priced = quote.Lines.FirstOrDefault(line => line.ProductId == item.ProductId);
        return new CartLineView(
            item.ProductId,
            product.Name,
            product.SellerId,
            item.Quantity,
            product.Available,
            product.OnSale,
            product.PreOrder,
            priced?.UnitPrice ?? Won.Zero,
            priced?.Discount ?? Won.Zero,
            priced?.Paid ?? Won.Zero);
    }
}

/// <summary>Products as carts show them: what the product team said within the last <see cref="OrderPolicies.CartStockCacheTtl"/>.</summary>
internal sealed class CartProducts(IServiceProvider services, IOptions<OrderPolicies> policies, TimeProvider time)
{
    private const int MostProducts = 10_000;
    private readonly ConcurrentDictionary<string, (DateTimeOffset Until, ProductFact Product)> known = new(StringComparer.Ordinal);

    public async Task<ProductFact> GetAsync(string productId, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (known.TryGetValue(productId, out var cached) && cached.Until > now)
        {
            return cached.Product;
        }

        if (known.Count >= MostProducts)
        {
            known.Clear();
        }

        var product = await services.GetRequiredService<ProductClient>().GetAsync(productId, cancellationToken);
        known[productId] = (now + policies.Value.CartStockCacheTtl, product);
        return product;
    }
}
