using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows.Faults;

/// <summary>The scenarios that together make every call of an order to another team and receive every event.</summary>
internal static class Scenarios
{
    public static Scenario Completed { get; } = new("completed", OrderStatus.Completed, Combined, null, async journey =>
    {
        await journey.DeliverAsync();
        await journey.ConfirmAsync();
    });

    public static Scenario CancelledUnpaid { get; } = new(
        "cancelled-unpaid", OrderStatus.Cancelled, Combined, journey => journey.PlaceAsync(), journey => journey.CancelAsync());

    public static Scenario CancelledPaid { get; } = new(
        "cancelled-paid", OrderStatus.Cancelled, Combined, journey => journey.PayAsync(), journey => journey.CancelAsync());

    public static Scenario Returned { get; } = new("returned", OrderStatus.Refunded, ThreeBags, journey => journey.DeliverAsync(), async journey =>
    {
        await journey.RefundAsync(RefundReasons.ChangeOfMind, returnRequired: true);
        await journey.Order.LetAsync("logistics.return-picked-up");
        await journey.Order.WhenInAsync(OrderStatus.Refunded);
    });

    public static Scenario Exchanged { get; } = new("exchanged", OrderStatus.Completed, ThreeBags, journey => journey.DeliverAsync(), async journey =>
    {
        await journey.Order.AskAsync(wf => wf.RequestExchangeAsync(
            new ExchangeCommand("x-1", RefundReasons.WrongItem, new[] { new LineQuantity("p-202", 2) })));
        await journey.Order.LetAsync("logistics.return-picked-up");
        await journey.Order.LetUntilAsync(stored => stored.Has("order.exchange-completed"));
    });

    public static Scenario Recalled { get; } = new(
        "recalled",
        OrderStatus.Cancelled,
        orderId => Combined(orderId) with { DeliveryNote = "#wrong-address" },
        journey => journey.PayAsync(),
        async journey =>
        {
            await journey.Order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Cancelled));
            await journey.Order.WhenNothingIsHeldAsync();
        });

    public static Scenario ClawedBack { get; } = new(
        "clawed-back",
        OrderStatus.Completed,
        ThreeBags,
        async journey =>
        {
            await journey.DeliverAsync();
            await journey.ConfirmAsync();
        },
        async journey =>
        {
            await journey.RefundAsync(RefundReasons.Defective, returnRequired: false, new LineQuantity("p-202", 1));
            await journey.Order.WhenAsync(stored => stored.View.Refunds is [{ Status: RefundStatus.Completed }]);
        });

    public static Scenario Redirected { get; } = new("redirected", OrderStatus.Completed, Combined, journey => journey.PayAsync(), async journey =>
    {
        await journey.RedirectAsync(new ShippingAddress("김주문", "010-1111-0001", "48058", "부산시 해운대구", null));
        await journey.Order.LetDeliverAsync();
    });

    public static Scenario PaidAgain { get; } = new(
        "timed-out-and-paid-again",
        OrderStatus.Completed,
        orderId => Combined(orderId).PayingBy("card-no-answer"),
        journey => journey.PlaceAsync(),
        async journey =>
        {
            await journey.Harness.SkipAsync(TimeSpan.FromMinutes(5));
            await journey.Order.WhenAsync(stored => stored.Has("order.payment-timed-out"));
            await journey.Order.AskAsync(wf => wf.PayAsync(new PayCommand("card", null)));
            await journey.Order.LetPaymentBeApprovedAsync();
            await journey.PreparedAsync();
            await journey.Order.LetDeliverAsync();
        });

    /// <summary>The workflow asks for the facts itself.</summary>
    public static Scenario PlacedBlind { get; } = new("placed-blind", OrderStatus.Cancelled, Combined, null, async journey =>
    {
        await journey.PlaceAsync(withFacts: false);
        await journey.CancelAsync();
    });

    public static Scenario VerifiedLater { get; } = new(
        "verified-later",
        OrderStatus.Cancelled,
        orderId => Requests.Plain(orderId) with { Lines = [new LineQuantity("p-300", 1)], Payment = null },
        journey => journey.PlaceAsync(),
        async journey =>
        {
            await journey.Order.AskAsync(wf => wf.PayAsync(new PayCommand("card", "iv-m-1", new IdentityVerificationFact("iv-m-1", true, "m-1"), 0)));
            await journey.Order.WhenAsync(stored => stored.Has("order.payment-requested"));
            await journey.CancelAsync();
        });

    /// <summary>The workflow asks for the facts itself, the payer's identity among them.</summary>
    public static Scenario VerifiedBlind { get; } = new(
        "verified-blind",
        OrderStatus.Cancelled,
        orderId => Requests.Plain(orderId) with { Lines = [new LineQuantity("p-300", 1)], Payment = new PaymentChoice("card", "iv-m-1") },
        null,
        async journey =>
        {
            await journey.PlaceAsync(withFacts: false);
            await journey.CancelAsync();
        });

    public static Scenario Declined { get; } = new(
        "declined", OrderStatus.Cancelled, orderId => Combined(orderId).PayingBy("card-limit-exceeded"), journey => journey.PlaceAsync(), async journey =>
        {
            await journey.Order.LetAsync("payment.declined");
            await journey.CancelAsync();
        });

    public static Scenario RefundedSlowly { get; } = new(
        "refunded-slowly", OrderStatus.Completed, orderId => ThreeBags(orderId).PayingBy("card-slow-refund"), journey => journey.DeliverAsync(), async journey =>
        {
            await journey.RefundAsync(RefundReasons.Defective, returnRequired: false, new LineQuantity("p-202", 1));
            await journey.Order.LetAsync("payment.partial-refund-completed");
            await journey.Order.WhenInAsync(OrderStatus.PartiallyRefunded);
        });

    /// <summary>Coupon, points and card together.</summary>
    private static OrderRequest Combined(string orderId) => Requests.Combined(orderId).ByAnotherMember();

    private static OrderRequest ThreeBags(string orderId) =>
        Requests.Plain(orderId).ByAnotherMember() with { Lines = [new LineQuantity("p-202", 3)], Points = new Won(3_000) };
}
