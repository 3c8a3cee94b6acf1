namespace OrderOrchestration.Tests.Partners.Support;

/// <summary>The contract's calls with everything filled in that a test does not care about.</summary>
internal static class Calls
{
    public static object Address(string postalCode = "06236", string recipient = "홍길동") =>
        new { recipient, phone = "010-1234-5678", postalCode, address1 = "서울 강남구", address2 = "101호" };

    public static Task<Reply> ReserveAsync(
        this PartnersHarness teams, string orderId, string productId, long quantity, string? key = null, long ttlSeconds = 1800) =>
        teams.PostAsync(
            "/product/stock-reservations", new { orderId, lines = new[] { new { productId, quantity } }, ttlSeconds }, key);

    public static Task<Reply> RestoreStockAsync(this PartnersHarness teams, string orderId, string productId, long quantity) =>
        teams.PostAsync("/product/stock-restorations", new { orderId, lines = new[] { new { productId, quantity } }, reason = "cancelled" });

    public static async Task<string> SellAsync(this PartnersHarness teams, string orderId, string productId, long quantity)
    {
        var reservationId = (await teams.ReserveAsync(orderId, productId, quantity)).TextOf("reservationId");
        await teams.PostAsync($"/product/stock-reservations/{reservationId}/commit", new { });
        return reservationId;
    }

    public static async Task<long> AvailableAsync(this PartnersHarness teams, string productId) =>
        (await teams.GetAsync($"/product/products/{productId}")).NumberOf("available");

    public static Task<Reply> PayAsync(
        this PartnersHarness teams, string orderId, long amount = 50_000, string method = "card", int attempt = 1, string? key = null) =>
        teams.PostAsync(
            "/payment/payments",
            new { orderId, attempt, amount, method, orderer = new { name = "홍길동" }, items = new[] { new { productId = "p-100" } } },
            key);

    /// <summary>Asks for a payment and waits until it is decided.</summary>
    public static async Task<string> PaidAsync(this PartnersHarness teams, string orderId, long amount = 50_000, string method = "card")
    {
        var paymentId = (await teams.PayAsync(orderId, amount, method)).TextOf("paymentId");
        await teams.SettleAsync();
        return paymentId;
    }

    public static Task<Reply> RefundAsync(this PartnersHarness teams, string paymentId, string refundId, long amount) =>
        teams.PostAsync($"/payment/payments/{paymentId}/refunds", new { refundId, amount, reason = "customer-request" });

    public static Task<Reply> ShipAsync(
        this PartnersHarness teams, string shipmentId, string orderId = "o-1", string recipient = "홍길동", string? note = null) =>
        teams.PostAsync("/logistics/shipments", new
        {
            shipmentId,
            orderId,
            warehouseId = "wh-seoul",
            lines = new[] { new { productId = "p-100", quantity = 1 } },
            shipTo = Address(recipient: recipient),
            note,
        });

    public static Task<Reply> PointsAsync(this PartnersHarness teams, string memberId, string what, string orderId, long points) =>
        teams.PostAsync($"/member/members/{memberId}/point-{what}", new { orderId, points, reason = "order" });

    /// <summary>Seven points of m-1 for order o-1, always the same body.</summary>
    public static Task<Reply> PointsOnceAsync(this PartnersHarness teams, string key) =>
        teams.PostAsync("/member/members/m-1/point-uses", new { orderId = "o-1", points = 7 }, key);

    public static Task<Reply> RedeemAsync(this PartnersHarness teams, string code, string orderId, string memberId = "m-1") =>
        teams.PostAsync($"/promotion/coupons/{code}/redemptions", new { orderId, memberId });
}
