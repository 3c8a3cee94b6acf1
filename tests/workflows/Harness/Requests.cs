using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;

namespace OrderOrchestration.Tests.Workflows.Harness;

/// <summary>Orders that tests start from: members and products of the teams' seed catalogue.</summary>
internal static class Requests
{
    public static OrderRequest Plain(string orderId) => new()
    {
        OrderId = orderId,
        MemberId = "m-1",
        Lines = [new LineQuantity("p-101", 2)],
        ShipTo = new ShippingAddress("김주문", "010-1111-0001", "06236", "서울시 강남구 테헤란로 1"),
        Payment = new PaymentChoice("card"),
    };

    /// <summary>Coupon, points and card together (복합 결제).</summary>
    public static OrderRequest Combined(string orderId) => Plain(orderId) with
    {
        Lines = [new LineQuantity("p-100", 2)],
        CouponCode = "EVERY3",
        Points = new Won(4_000),
    };

    /// <summary>By another member each time, so that no member runs out of points or buys enough to change its tier.</summary>
    public static OrderRequest ByAnotherMember(this OrderRequest request) => request with { MemberId = $"m-{100 + (Interlocked.Increment(ref members) % 100)}" };

    private static int members;

    public static OrderRequest PayingBy(this OrderRequest request, string method) => request with { Payment = new PaymentChoice(method) };
}
