using System.Text.Json;
using System.Text.Json.Nodes;
using OrderOrchestration.Activities.Store.Feed;
using OrderOrchestration.Api.Access;
using OrderOrchestration.Api.Carts;
using OrderOrchestration.Api.Changing;
using OrderOrchestration.Api.Claiming;
using OrderOrchestration.Api.Codec;
using OrderOrchestration.Api.Paying;
using OrderOrchestration.Api.Placing;
using OrderOrchestration.Api.Refunding;
using OrderOrchestration.Api.Settlement;
using OrderOrchestration.Api.Validation;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Api.Documents;

/// <summary>One example per request body, built from the request types, so that an example contains only existing fields.</summary>
internal static class BodyExamples
{
    private static readonly ShippingAddress Address = new("홍길동", "010-0000-0000", "06236", "서울 강남구 테헤란로 1", "3층");

    private static readonly Dictionary<Type, object> Examples = new object[]
    {
        new PlaceOrderBody
        {
            MemberId = "m-1",
            Lines = [new ProductLine("p-100", 2)],
            ShipTo = Address,
            DeliveryNote = "문 앞에 놓아 주세요",
            CouponCode = "WELCOME10",
            Points = 1_000,
            Payment = new PaymentChoice("card"),
        },
        Address,
        new ItemBody(2),
        new CouponBody("WELCOME10"),
        new PointsBody(1_000),
        new MergeBody("g-3f2b8c1e-6d0a-4b57-9c3e-1a2b3c4d5e6f"),
        new PayBody("card"),
        new CancelBody("마음이 바뀌었어요"),
        new RecoverBody("retry", "called the team"),
        new RefundBody([new ProductLine("p-100", 1)], "change-of-mind"),
        new DecisionBody(true, "as agreed"),
        new ClaimBody("010-0000-0000"),
        new RecoveryBody("retry", "the store is back"),
        new DevelopmentTokens.TokenRequest("m-1", "customer"),
        new CodecPayloads([new CodecPayload(new Dictionary<string, string> { ["encoding"] = "anNvbi9wbGFpbg==" }, "eyJzaGlwVG8iOiIkcDEua2V5LnZhbHVlIn0=")]),
        new CloudEventView(
            "1.0",
            "evt-1",
            "/teams/payment",
            "payment.approved",
            "o-1",
            new DateTimeOffset(2026, 5, 1, 9, 0, 0, TimeSpan.FromHours(9)),
            "application/json",
            JsonSerializer.SerializeToElement(new { orderId = "o-1", paymentId = "pay-1", attempt = 1, approvalNumber = "30001234", amount = 104_500 })),
    }.ToDictionary(example => example.GetType());

    public static JsonNode? Of(Type body) =>
        Examples.TryGetValue(body, out var example) ? JsonSerializer.SerializeToNode(example, body, OrderJson.Options) : null;
}
