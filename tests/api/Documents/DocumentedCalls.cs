namespace OrderOrchestration.Tests.Api.Documents;

/// <summary>The operations that the OpenAPI document declares, and what of their answers is brought about elsewhere.</summary>
internal static class DocumentedCalls
{
    /// <summary>Declared answers that need a team behind the API (a coupon refused, a phone known), or two requests at once under one key: their own tests bring them about.</summary>
    public static readonly string[] ReachedElsewhere =
    [
        "POST /v1/orders/claims 200", "POST /v1/orders/claims 409", "PUT /v1/carts/{cartId}/coupon 422", "PUT /v1/carts/{cartId}/points 422",
        "POST /v1/members/{memberId}/addresses 409", "POST /v1/settlements/{date} 409", "POST /v1/payouts 409",
    ];

    public const string Line = """{"reason":"defective","lines":[{"productId":"p-100","quantity":1}]}""";
    public const string Address = """{"recipient":"Hong","phone":"010-0000-0000","postalCode":"06236","address1":"Teheran-ro 1"}""";

    /// <summary>Each operation with a body that it takes.</summary>
    public static readonly (string Method, string Path, string? Body)[] All =
    [
        ("GET", "/v1/orders", null), ("GET", "/v1/orders/{orderId}", null), ("GET", "/v1/orders/{orderId}/events", null),
        ("GET", "/v1/orders/{orderId}/tracking", null), ("GET", "/v1/orders/{orderId}/ledger", null), ("POST", "/v1/orders/restorations", null),
        ("POST", "/v1/orders/{orderId}/payments", """{"method":"card"}"""),
        ("DELETE", "/v1/orders/{orderId}/payments/current", null), ("POST", "/v1/orders/{orderId}/cancellation", """{"reason":"no"}"""),
        ("PUT", "/v1/orders/{orderId}/shipping-address", Address), ("POST", "/v1/orders/{orderId}/confirmation", null),
        ("POST", "/v1/orders/{orderId}/refunds", Line), ("POST", "/v1/orders/{orderId}/exchanges", Line),
        ("POST", "/v1/orders/{orderId}/recovery", """{"action":"retry"}"""), ("POST", "/v1/orders/claims", """{"phone":"010-0000-0000"}"""),
        ("GET", "/v1/refunds", null), ("POST", "/v1/refunds/{refundId}/approval", """{"approved":true}"""), ("GET", "/v1/carts/{cartId}", null),
        ("PUT", "/v1/carts/{cartId}/items/{productId}", """{"quantity":1}"""), ("DELETE", "/v1/carts/{cartId}/items/{productId}", null),
        ("PUT", "/v1/carts/{cartId}/coupon", """{"code":"C"}"""), ("DELETE", "/v1/carts/{cartId}/coupon", null),
        ("PUT", "/v1/carts/{cartId}/points", """{"points":0}"""), ("DELETE", "/v1/carts/{cartId}/points", null),
        ("POST", "/v1/carts/{cartId}/merge", """{"guestCartId":"g-3f2b8c1e-6d0a-4b57-9c3e-1a2b3c4d5e6f"}"""),
        ("GET", "/v1/members/{memberId}/addresses", null), ("POST", "/v1/members/{memberId}/addresses", Address), ("POST", "/v1/settlements/{date}", null),
        ("GET", "/v1/settlements/{date}", null), ("GET", "/v1/settlements/{date}/events", null), ("POST", "/v1/settlements/{date}/recovery", """{"action":"retry"}"""),
        ("POST", "/v1/reconciliations/{day}", null), ("GET", "/v1/reconciliations/{day}", null), ("GET", "/v1/reconciliations/{day}.csv", null),
        ("GET", "/v1/reconciliations/{day}/events", null),
        ("GET", "/v1/sellers/{sellerId}/statements", null), ("GET", "/v1/sellers/{sellerId}/statements/{day}", null),
        ("GET", "/v1/sellers/{sellerId}/statements/{day}.csv", null), ("GET", "/v1/sellers/{sellerId}/statements/{day}/events", null),
        ("POST", "/v1/payouts", null), ("GET", "/v1/payouts", null), ("GET", "/v1/payouts/{payoutId}", null), ("GET", "/v1/payouts/{payoutId}/events", null),
        ("POST", "/v1/payouts/{payoutId}/recovery", """{"action":"retry"}"""), ("GET", "/v1/event-types", null), ("GET", "/v1/policies", null),
        ("GET", "/v1/members/{memberId}/personal-data", null), ("DELETE", "/v1/members/{memberId}/personal-data", null),
        ("DELETE", "/v1/orders/{orderId}/personal-data", null), ("POST", "/v1/codec/decode", """{"payloads":[]}"""), ("POST", "/v1/codec/encode", """{"payloads":[]}"""),
        ("GET", "/v1/subscribers", null), ("POST", "/v1/subscribers/{subscriber}/redelivery", null), ("GET", "/v1/dead-letters", null),
        ("POST", "/v1/dead-letters/{subscriber}/{orderId}/redelivery", null), ("DELETE", "/v1/dead-letters/{subscriber}/{orderId}", null),
    ];

    /// <summary>Problems that the API finds by itself, before an order is asked.</summary>
    public static readonly string[] OfTheApi =
    [
        "malformed-request", "unauthorized", "forbidden", "not-found", "too-many-requests", "unavailable", "unsupported-media-type", "payload-too-large",
        "idempotency-key-reused", "request-in-progress", "payment-method-not-taken",
    ];
}
