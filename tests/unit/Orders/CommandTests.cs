using OrderOrchestration.Workflows.Completing;
using OrderOrchestration.Workflows.Lifecycle;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Paying;
using OrderOrchestration.Workflows.Shipping;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>Which command which state admits, and how a second one of its kind is answered (contract §1).</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CommandTests
{
    private static readonly ServiceabilityFact Near = new(Deliverable: true, Remote: false);
    private static readonly ServiceabilityFact Remote = new(Deliverable: true, Remote: true);
    private static readonly ShippingAddress Elsewhere = new("김주문", "010-1234-5678", "63000", "제주시");

    [TestCase("new", "not-payable")]
    [TestCase("priced", "not-payable")]
    [TestCase("reserved", null)]
    [TestCase("paying", "payment-in-progress")]
    [TestCase("declined", null)]
    [TestCase("paid", "not-payable")]
    [TestCase("delivered", "not-payable")]
    [TestCase("cancelled-unpaid", "not-payable")]
    [TestCase("completed", "not-payable")]
    public void Hotspot_4_a_payment_is_admitted_where_something_is_to_be_paid_and_no_attempt_is_open(string phase, string? slug)
    {
        var order = Phases.At(phase);
        var attempts = order.Order.Payments.Count;

        Pay(order);

        Assert.That(order.Refused?.Slug, Is.EqualTo(slug));
        Assert.That(order.Order.Payments, Has.Count.EqualTo(slug is null ? attempts + 1 : attempts));
        Assert.That(Pay(order).Refused, Is.Not.Null, "the second one");
    }

    [TestCase("reserved", "no-open-payment")]
    [TestCase("paying", null)]
    [TestCase("declined", "no-open-payment")]
    [TestCase("paid", "no-open-payment")]
    public void A_payment_attempt_can_be_cancelled_only_while_one_is_open(string phase, string? slug) =>
        Assert.That(PayingRules.CancelPayment(Phases.At(phase).Order)?.Slug, Is.EqualTo(slug));

    [TestCase("priced", true, null)]
    [TestCase("reserved", true, null)]
    [TestCase("paying", true, null)]
    [TestCase("paid", true, null)]
    [TestCase("preparing", false, null)]
    [TestCase("dispatched", false, null)]
    [TestCase("shipping", false, "already-shipped")]
    [TestCase("delivered", false, "already-shipped")]
    [TestCase("completed", false, "already-closed")]
    [TestCase("refunded", false, "already-closed")]
    [TestCase("cancelled", true, "already-closed")]
    public void Hotspot_16_a_cancellation_is_decided_at_once_unless_a_parcel_is_asked_for_and_refused_once_one_travels(string phase, bool decided, string? slug)
    {
        var order = Phases.At(phase).Cancel();

        Assert.That((order.Refused?.Slug, order.Order.IsCancelled), Is.EqualTo((slug, decided)));
        Assert.That(order.Order.IsCancellationPending, Is.EqualTo(slug is null && !decided));
    }

    [Test]
    public void Hotspot_16_logistics_refuses_and_the_order_goes_on_with_what_was_stopped_asked_for_anew()
    {
        var facts = Facts(Product("p-1", 60_000), Product("p-2", 60_000) with { PreOrder = true });
        var order = OrderSpecification.Of(Request(Line("p-1"), Line("p-2")), facts).Prepared().Cancel();
        Assert.That(order.Cancel().Then, Is.Empty, "asked twice it is one cancellation");

        order.Stopped("o-1-1");

        Assert.That((order.Order.Cancellation, order.Order.StopRefusedFor.Single()), Is.EqualTo(((Cancellation?)null, "o-1-1")));
        Assert.That(order.Order.TravellingShipments.Select(parcel => (parcel.ShipmentId, parcel.Lines.Single().ProductId)), Is.EqualTo(new[] { ("o-1-1", "p-1"), ("o-1-3", "p-2") }));
    }

    [TestCase("new", "order-busy")]
    [TestCase("reserved", null)]
    [TestCase("paying", "payment-in-progress")]
    [TestCase("paid", null)]
    [TestCase("preparing", null)]
    [TestCase("shipping", "already-shipped")]
    [TestCase("cancelling", "order-busy")]
    [TestCase("completed", "already-closed")]
    public void Hotspot_15a_units_are_cancelled_before_dispatch(string phase, string? slug) =>
        Assert.That(Phases.At(phase).Cancel(lines: [Line("p-1")], cancellationId: "c-2").Refused?.Slug, Is.EqualTo(slug));

    [TestCase("p-1", 3, "too-many-units")]
    [TestCase("p-1", 0, "unknown-line")]
    [TestCase("p-9", 1, "unknown-line")]
    public void Hotspot_15a_what_is_not_there_is_not_cancelled(string productId, int quantity, string slug) =>
        Assert.That(Phases.At("paid").Cancel(lines: [Line(productId, quantity)], cancellationId: "c-2").Refused?.Slug, Is.EqualTo(slug));

    [Test]
    public void Hotspot_15a_the_same_partial_cancellation_twice_is_one()
    {
        var order = Phases.At("paid").Cancel(lines: [Line("p-1")], cancellationId: "c-1");

        Assert.That((order.Cancel(lines: [Line("p-1")], cancellationId: "c-1").Refused, order.Then.Count), Is.EqualTo(((Workflows.Rules.Refusal?)null, 0)));
        Assert.That(order.Order.CancelledQuantity("p-1"), Is.EqualTo(1));
    }

    [Test]
    public void Hotspot_15a_unpaid_units_are_cancelled_by_pricing_the_order_again_and_nothing_is_refunded()
    {
        var order = Phases.At("reserved").Cancel(lines: [Line("p-2")], cancellationId: "c-1");

        Assert.That(order.ThenTypes, Is.EqualTo(new[] { typeof(OrderRepriced), typeof(UnpaidUnitsCancelled) }));
        Assert.That((order.Order.Payable, order.Order.Refunds.Count), Is.EqualTo((Won(60_000 + 3_000 - 20_000), 0)));
        var line = order.Order.View().Lines.Single(view => view.ProductId == "p-2");
        Assert.That((line.Quantity, line.CancelledQuantity), Is.EqualTo((1, 1)));
    }

    [TestCase("reserved")]
    [TestCase("paid")]
    public void Hotspot_15a_cancelling_all_that_is_left_cancels_the_order(string phase)
    {
        var order = Phases.At(phase).Cancel(lines: [Line("p-1")], cancellationId: "c-1").Cancel(lines: [Line("p-2"), Line("p-1")], cancellationId: "c-2");

        Assert.That((order.Refused, order.Order.Status), Is.EqualTo(((Workflows.Rules.Refusal?)null, OrderStatus.Cancelled)));
    }

    [TestCase("reserved", null)]
    [TestCase("paying", "payment-in-progress")]
    [TestCase("paid", "address-changes-price")]
    [TestCase("preparing", "address-changes-price")]
    [TestCase("dispatched", "already-dispatched")]
    [TestCase("delivered", "already-dispatched")]
    [TestCase("cancelled", "already-closed")]
    public void Case_28_a_move_that_costs_more_is_priced_before_payment_or_refused(string phase, string? slug)
    {
        var order = Phases.At(phase);
        var command = new ChangeAddressCommand(Elsewhere, Remote);
        order.When(ShippingRules.ChangeAddress(order.Order, command), () => ShippingRules.AddressChanged(order.Order, command, order.Now));

        Assert.That(order.Refused?.Slug, Is.EqualTo(slug));
        Assert.That((order.Order.ShipTo, order.Order.Payable), Is.EqualTo(slug is null ? (Elsewhere, Won(103_000)) : (OrderSpecification.Simple().Order.ShipTo, Won(100_000))));
    }

    [Test]
    public void A_move_to_a_cheaper_address_after_payment_gives_nothing_back()
    {
        var remote = Facts(Product("p-1", 60_000)) with { Serviceability = Remote };
        var order = OrderSpecification.Of(Request(Line("p-1")), remote).Paid();
        var command = new ChangeAddressCommand(Elsewhere, Near);

        order.When(ShippingRules.ChangeAddress(order.Order, command), () => ShippingRules.AddressChanged(order.Order, command, order.Now));

        Assert.That((order.Order.ShipTo, order.Order.Payable, order.Order.CardLeft), Is.EqualTo((Elsewhere, Won(66_000), Won(66_000))));
    }

    [Test]
    public void A_move_is_refused_while_logistics_has_not_answered_an_earlier_one()
    {
        var order = OrderSpecification.Simple().Prepared();
        var command = new ChangeAddressCommand(Elsewhere, Near);
        order.When(ShippingRules.ChangeAddress(order.Order, command), () => ShippingRules.AddressChanged(order.Order, command, order.Now));
        Assert.That(ShippingRules.ChangeAddress(order.Order, command)?.Slug, Is.EqualTo("order-busy"));

        order.Given(new AddressChangeRejected(order.Now, Uncertain: true));
        Assert.That(ShippingRules.ChangeAddress(order.Order, command)?.Slug, Is.EqualTo("team-unavailable"));

        order.Given(new AddressConfirmed(order.Now));
        Assert.That(ShippingRules.ChangeAddress(order.Order, command), Is.Null);
    }

    [TestCase("shipping", "not-delivered")]
    [TestCase("delivered", null)]
    [TestCase("partly-refunded", null)]
    [TestCase("return-awaits-approval", "refund-open")]
    [TestCase("refund-asked", "refund-open")]
    [TestCase("exchanging", "refund-open")]
    [TestCase("completed", "already-closed")]
    [TestCase("refunded", "already-closed")]
    [TestCase("cancelled", "already-closed")]
    public void A_purchase_is_confirmed_once_after_delivery_with_nothing_open(string phase, string? slug) =>
        Assert.That(CompletingRules.Confirm(Phases.At(phase).Order)?.Slug, Is.EqualTo(slug));

    [TestCase("paid", "not-delivered")]
    [TestCase("shipping", "not-delivered")]
    [TestCase("delivered", null)]
    [TestCase("completed", null)]
    [TestCase("refunded", "nothing-to-refund")]
    [TestCase("cancelling", "nothing-to-refund")]
    [TestCase("cancelled", "nothing-to-refund")]
    public void Goods_go_back_after_delivery_while_something_is_left(string phase, string? slug)
    {
        Assert.That(Phases.At(phase).AskRefund("r-9", "defective", [Line("p-2")]).Refused?.Slug, Is.EqualTo(slug));
        Assert.That(Phases.At(phase).AskExchange("e-9", "defective", Line("p-2")).Refused?.Slug, Is.EqualTo(slug));
    }

    [TestCase("change-of-mind", 7.0, "return-window-closed")]
    [TestCase("change-of-mind", 6.99, null)]
    [TestCase("defective", 7.0, null)]
    [TestCase("wrong-item", 89.99, null)]
    [TestCase("defective", 90.0, "return-window-closed")]
    [TestCase("undeliverable", 0.0, "unknown-reason")]
    [TestCase("because", 0.0, "unknown-reason")]
    public void ReturnWindow_and_SellersFaultWindow_count_from_the_last_parcel(string reason, double days, string? slug) =>
        Assert.That(Phases.At("delivered").After(TimeSpan.FromDays(days)).AskRefund("r-1", reason, [Line("p-1")]).Refused?.Slug, Is.EqualTo(slug));

    [Test]
    public void The_same_refund_twice_is_one_and_units_are_asked_back_once()
    {
        var order = Phases.At("delivered").AskRefund("r-1", "change-of-mind", [Line("p-1")]);

        Assert.That((order.AskRefund("r-1", "change-of-mind", [Line("p-1")]).Refused, order.Then.Count), Is.EqualTo(((Workflows.Rules.Refusal?)null, 0)));
        Assert.That(order.AskRefund("r-2", "change-of-mind", [Line("p-1", 2)]).Refused?.Slug, Is.EqualTo("nothing-to-refund"));
        Assert.That(order.AskExchange("e-1", "defective", Line("p-1", 2)).Refused?.Slug, Is.EqualTo("nothing-to-refund"));
    }

    [Test]
    public void Recover_is_admitted_once_for_an_open_intervention_with_an_action_that_it_allows()
    {
        var attention = new Attention("a-1", ProcessNames.Cancelling, "cancelling", "restore-points", "the member is gone", [RecoveryActions.Retry, RecoveryActions.WriteOff], OrderSpecification.Start);
        var order = Phases.At("cancelled").Given(new AttentionRaised(OrderSpecification.Start, attention));

        Assert.That(RecoveryRules.Recover(order.Order, new RecoverCommand(RecoveryActions.Skip))?.Slug, Is.EqualTo("action-not-allowed"));
        Assert.That(RecoveryRules.Recover(order.Order, new RecoverCommand(RecoveryActions.WriteOff))?.Slug, Is.EqualTo("action-not-allowed"), "a note is required");
        Assert.That(RecoveryRules.Recover(order.Order, new RecoverCommand(RecoveryActions.Retry, AttentionId: "a-2"))?.Slug, Is.EqualTo("not-stuck"));
        var command = new RecoverCommand(RecoveryActions.WriteOff, "the member left");
        Assert.That(order.When(RecoveryRules.Recover(order.Order, command), () => RecoveryRules.Recovered(order.Order, command, order.Now)).Refused, Is.Null);
        Assert.That(RecoveryRules.Recover(order.Order, command)?.Slug, Is.EqualTo("not-stuck"));
    }

    [Test]
    public void Hotspot_26_an_order_is_claimed_by_one_member_once()
    {
        var guest = OrderSpecification.Of(Request(Line("p-1")) with { MemberId = null }, Facts(Product("p-1", 20_000)) with { Member = null }).Paid();
        var claim = new ClaimCommand("m-7", "GOLD", null, ClaimId: "c-1");

        Assert.That(CompletingRules.Claim(guest.Order, claim), Is.Null);
        guest.Given(new OrderClaimed(guest.Now, claim));
        Assert.That(CompletingRules.Claim(guest.Order, claim), Is.Null, "the same claim again gets the same answer");
        Assert.That(CompletingRules.Claim(guest.Order, claim with { ClaimId = "c-2" })?.Slug, Is.EqualTo("already-claimed"));
        Assert.That(CompletingRules.Claim(guest.Order, claim with { MemberId = "m-8", ClaimId = "c-3" })?.Slug, Is.EqualTo("already-claimed"));
        Assert.That(CompletingRules.Claim(Phases.At("paid").Order, claim)?.Slug, Is.EqualTo("already-claimed"));
    }

    private static OrderSpecification Pay(OrderSpecification order)
    {
        var command = new PayCommand("card");
        return order.When(PayingRules.Pay(order.Order, command), () => [PayingRules.Requested(order.Order, command, order.Now)]);
    }
}
