using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Unit;

/// <summary>The facts most tests start from; each test states only what matters to its rule.</summary>
internal static class Given
{
    public static OrderPolicies Policies { get; } = new();

    public static Won Won(long amount) => new(amount);

    public static ProductFact Product(string id, long price, params ProductDiscount[] discounts) =>
        new(id, "product " + id, Won(price), "seller-1", "category-1", PreOrder: false, OnSale: true, Available: 100, discounts);

    public static LineQuantity Line(string productId, int quantity = 1) => new(productId, quantity);

    public static MemberFact Member(string tier = "GOLD", long points = 0) => new("m-1", tier, points, new DateOnly(1990, 3, 1), "010-0000-0000");

    public static CouponFact CouponOf(long won, long? minimum = null) =>
        new("COUPON", Valid: true, Reason: null, DiscountKind.Amount, won, null, minimum is { } amount ? Won(amount) : null, SellerShare: 0.5m);

    public static CouponFact CouponOfRate(decimal rate, long? maximum = null) =>
        new("COUPON", Valid: true, Reason: null, DiscountKind.Rate, rate, maximum is { } amount ? Won(amount) : null, null, SellerShare: 0m);

    public static OrderFacts Facts(params ProductFact[] products) => new()
    {
        Products = products,
        Member = Member(),
        Serviceability = new ServiceabilityFact(Deliverable: true, Remote: false),
    };

    public static OrderRequest Request(params LineQuantity[] lines) => new()
    {
        OrderId = "o-1",
        MemberId = "m-1",
        Lines = lines,
        ShipTo = new ShippingAddress("김주문", "010-1234-5678", "06236", "서울시 강남구"),
        Payment = new PaymentChoice("card"),
    };
}
