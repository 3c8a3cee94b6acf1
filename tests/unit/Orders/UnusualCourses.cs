using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Events;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using OrderOrchestration.Workflows.Rules;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>A course of an order: what happens after an earlier course, or from the start.</summary>
internal sealed record Course(string? From, Func<OrderSpecification> Play);

/// <summary>What can become of an order beside the plain <see cref="Phases"/>: together both contain every event of an order.</summary>
internal static class UnusualCourses
{
    private static readonly ShippingAddress Elsewhere = new("박이웃", "010-9876-5432", "06237", "서울시 강남구 역삼로 2");

    private static readonly Dictionary<string, Course> Courses = new()
    {
        ["guest"] = Starting(() => Guest().Delivered()),
        ["guest-claimed"] = Starting(() => Guest().Prepared().Next(order => new OrderClaimed(order.Now, Claim))),
        ["guest-claimed-after-completion"] = Starting(() => Guest().Completed().Next(order => new OrderClaimed(order.Now, Claim))),
        ["guest-stock-asked"] = Starting(() => Guest().Priced().Next(order => new StockReservationRequested(order.Now))),
        ["guest-reserved"] = Starting(() => Guest().Reserved()),
        ["guest-commit-asked"] = Starting(() => Guest().Paid().Next(order => new StockCommitRequested(order.Now))),
        ["guest-returned"] = From("guest", it => it.After(Minute).WithRefund("r-1", "defective", [Line("p-1")])),
        ["erased"] = Starting(() => Combined().Completed().Erased()),
        ["reward-skipped"] = From("delivered", it => it.Next(order => new OrderCompleted(order.Now, "auto")).Next(order => new RewardSkipped(order.Now))),
        ["reward-half-done"] = From("delivered", it => it.Next(order => new OrderCompleted(order.Now, "auto")).Next(order => new PointsAccrued(order.Now, Won(0), 0m))),

        ["coupon-asked"] = Starting(() => Combined().Priced().Next(order => new CouponRedemptionRequested(order.Now))),
        ["coupon-refused"] = From("coupon-asked", it => it.Next(order => new CouponRedemptionRejected(order.Now))
            .Next(order => new OrderRefused(order.Now, Refusal.Of("coupon-rejected", "The coupon was used.")))),
        ["points-asked"] = Starting(() => Combined().Priced().Next(order => new PointsUseRequested(order.Now))),
        ["points-refused"] = From("points-asked", it => it.Next(order => new PointsUseRejected(order.Now))
            .Next(order => new OrderRefused(order.Now, Refusal.Of("points-rejected", "The member has fewer points.")))),
        ["stock-asked"] = Starting(() => Combined().Priced().Next(order => new OrderPlaced(order.Now)).Next(order => new StockReservationRequested(order.Now))),
        ["stock-answered-for-other-units"] = From("stock-asked", it => it.Next(order => new StockReservationMismatched(order.Now, "res-9"))),
        ["stock-short"] = From("stock-asked", it => it
            .Next(order => new StockShortageFound(order.Now, [new StockShortage("p-1", 1, 2)], Refusal.Of("stock-shortage", "One is left.")))
            .Next(order => new OrderCancelled(order.Now, CancelReason.StockShortage, "policy", "one is left"))),
        ["combined"] = Starting(() => Combined().Paid()),
        ["pre-order"] = Starting(() => PreOrder().Paying()),
        ["pre-order-and-stock"] = Starting(() => OrderSpecification.Of(
            Request(Line("p-1", 2), Line("p-2")), Facts(Product("p-1", 30_000), Product("p-2", 60_000) with { PreOrder = true })).Prepared()),
        ["pre-order-paid"] = From("pre-order", it => it.After(Minute).Paid()),
        ["pre-order-committed"] = From("pre-order-paid", it => it.Next(order => new StockCommitRequested(order.Now)).Next(order => new StockCommitted(order.Now))),
        ["pre-order-commit-expired"] = From("pre-order-paid", it => it.Next(order => new StockCommitRequested(order.Now)).Next(order => new StockCommitExpired(order.Now))),
        ["paid-with-points-alone"] = Starting(() => PointsAlone().Reserved()),
        ["paid-with-points-alone-and-returned"] = From("paid-with-points-alone", it => it.Delivered().After(Minute).WithRefund("r-1", "change-of-mind", [Line("p-1")])),

        ["reservation-expires-soon"] = From("declined", it => it.Next(order => new ReservationNoticeGiven(order.Now))),
        ["reservation-expired"] = From("reservation-expires-soon", it => it.Next(order => new ReservationExpired(order.Now))
            .Next(order => new OrderCancelled(order.Now, CancelReason.ReservationExpired, "policy", "nothing was paid"))),
        ["unpaid-line-cancelled"] = Starting(() => Combined().Reserved().After(Minute).Cancel(lines: [Line("p-2")], cancellationId: "c-1")),
        ["unpaid-unit-cancelled"] = Starting(() => Combined().Reserved().After(Minute).Cancel(lines: [Line("p-1")], cancellationId: "c-1")),
        ["cancelled-and-given-back"] = Starting(() => Combined().Reserved().After(Minute).Cancelled()
            .Next(order => new StockGivenBack(order.Now, LedgerKind.Released, order.Order.StockLines))
            .Next(order => new CouponRestored(order.Now, WasHeld: true))
            .Next(order => new PointsRestored(order.Now, null, order.Order.PointsToGiveBack))),
        ["cancelled-with-nothing-held"] = From("coupon-asked", it => it.Next(order => new StockReservationRequested(order.Now)).Cancelled()
            .Next(order => new StockGivenBack(order.Now, LedgerKind.Released, []))
            .Next(order => new CouponRestored(order.Now, WasHeld: false))
            .Next(order => new PointsRestored(order.Now, null, Won(0)))),
        ["cancelled-and-redeemed-to-be-restored"] = From("coupon-asked", it => it.Cancelled().Next(order => new CouponRestored(order.Now, WasHeld: true))),
        ["cancelled-and-written-off"] = Starting(() => Combined().Reserved().After(Minute).Cancelled(CancelReason.SaleStopped)
            .Next(order => new CouponWrittenOff(order.Now, "operator:kim", "the campaign is over"))
            .Next(order => new PointsWrittenOff(order.Now, "order", null, Won(20_000), "operator:kim", "the member is gone"))),
        ["cancelled-after-payment"] = From("cancelled", CompensatedAfterPayment),
        ["cancellation-rejected"] = From("preparing", it => it.After(Minute).Cancel().After(Minute).Stopped("o-1-1")),
        ["cancellation-agreed"] = From("preparing", it => it.After(Minute).Cancel().After(Minute).Stopped()),
        ["partial-cancellation-awaits-stop"] = From("preparing", it => it.After(Minute).Cancel(lines: [Line("p-1")], cancellationId: "c-1")),
        ["partial-cancellation-agreed"] = From("partial-cancellation-awaits-stop", it => it.After(Minute).Stopped()),
        ["partial-cancellation-rejected"] = From("partial-cancellation-awaits-stop", it => it.After(Minute).Stopped("o-1-1")),

        ["identity-asked"] = From("reserved", it => it.Next(order => new PaymentRequested(order.Now, "card", order.Order.Payable, "v-1"))),
        ["identity-verified"] = From("identity-asked", it => it.Next(order => new IdentityVerified(order.Now, 1))),
        ["declined-before-it-was-opened"] = From("identity-verified", it => it.After(Minute).When(Payment.Declined(1))),
        ["payment-cancelled"] = From("paying", it => it.After(Minute).When(Payment.Cancelled(1))),
        ["payment-cancelled-before-it-was-opened"] = From("identity-verified", it => it.After(Minute).When(Payment.Cancelled(1))),
        ["payment-closing"] = From("paying", it => it.Next(order => new PaymentClosingRequested(order.Now, 1, ClosingReason.Timeout))
            .Next(order => new PaymentClosingRequested(order.Now, 1, ClosingReason.CustomerRequest))),
        ["payment-approved-while-closing"] = From("payment-closing", it => it.Next(order => new PaymentApprovalHeld(order.Now, 1, Payment.Approved(order.Order)))),
        ["payment-timed-out"] = From("payment-closing", it => it.Next(order => new PaymentEnded(order.Now, 1, PaymentStatus.TimedOut, "pay-9", null))),
        ["payment-questioned"] = From("payment-timed-out", it => it.Next(order => new PaymentQuestioned(order.Now, 1, Payment.Declined(1)))),
        ["payment-checked"] = From("payment-questioned", it => it.Next(order => new PaymentChecked(order.Now, 1))),
        ["paid-late"] = From("payment-timed-out", it => it.Next(order => new LatePaymentReceived(order.Now, 1, "pay-9", Won(100_000), "late-payment", null))
            .Next(order => new LatePaymentReceived(order.Now, 1, "pay-9", Won(100_000), "late-payment", null))),
        ["paid-late-and-cancelled"] = From("paid-late", it => it.After(Minute).Cancelled()
            .Next(order => new StockGivenBack(order.Now, LedgerKind.Released, order.Order.StockLines))
            .Next(order => new PointsRestored(order.Now, null, order.Order.PointsToGiveBack))),
        ["paid-late-before-it-was-opened"] = From("payment-cancelled-before-it-was-opened", it => it
            .Next(order => new LatePaymentReceived(order.Now, 1, "pay-9", Won(100_000), "late-payment", null))),
        ["second-attempt-paid"] = From("payment-timed-out", it => it.After(Minute).Paying("transfer").After(Minute).When(Payment.Approved(2, 100_000))),
        ["second-attempt-refunded-by-the-payment-team"] = From("second-attempt-paid", it => it.After(Minute).When(Payment.Refunded("staff-1", 10_000, "pay-2"))),
        ["all-attempts-failed"] = From("reserved", it => Failing(it, 4)),
        ["three-attempts-failed"] = From("reserved", it => Failing(it, 3)),
        ["approved-for-another-amount"] = From("paying", it => it.After(Minute).When(Payment.Approved(1, 90_000))),
        ["refunded-by-the-payment-team"] = From("delivered", it => it.After(Minute).When(Payment.Refunded("staff-1", 30_000)).When(Payment.Refunded("staff-2", 70_000))),
        ["refund-of-the-payment-team-acknowledged"] = From("refunded-by-the-payment-team", it => it.Next(order => new ForeignRefundAcknowledged(order.Now, Won(100_000)))),
        ["payment-differs"] = From("paid", it => it.Next(order => new PaymentDifferenceReported(order.Now, new PaymentDifference("d-1", "charged twice")))
            .Next(order => new PaymentDifferenceReported(order.Now, new PaymentDifference("d-2", "refunded too much")))),
        ["payment-difference-settled"] = From("payment-differs", it => it.Next(order => new PaymentDifferencesSettled(order.Now, ["d-1"]))),

        ["commit-expired"] = From("combined", it => it.Next(order => new StockCommitRequested(order.Now)).Next(order => new StockCommitExpired(order.Now))),
        ["address-asked"] = From("preparing", it => it.Next(order => new AddressChangeRequested(order.Now, Elsewhere))),
        ["address-changed"] = From("address-asked", it => it.Next(order => new ShippingAddressChanged(order.Now, Elsewhere))),
        ["address-changed-without-an-answer"] = From("address-asked", it => it.Next(order => new ShippingAddressChanged(order.Now, Elsewhere, Uncertain: true))),
        ["address-changed-twice"] = From("address-changed-without-an-answer", it => it.Next(order => new ShippingAddressChanged(order.Now, order.Order.Request.ShipTo))),
        ["address-refused"] = From("address-asked", it => it.Next(order => new AddressChangeRejected(order.Now, Uncertain: false))),
        ["address-unanswered"] = From("address-asked", it => it.Next(order => new AddressChangeRejected(order.Now, Uncertain: true))),
        ["address-unanswered-then-refused"] = From("address-unanswered", it => it.Next(order => new AddressChangeRejected(order.Now, Uncertain: false))),
        ["address-confirmed"] = From("address-unanswered", it => it.Next(order => new AddressConfirmed(order.Now))),

        ["dispatch-started"] = From("preparing", it => it.After(Minute).When(Logistics.Says(EventTypes.DispatchStarted, "o-1-1"))),
        ["parcel-awaited-again"] = From("shipping", it => it.Next(order => new ShipmentAwaitedAgain(order.Now, "o-1-1"))),
        ["delivery-failed"] = From("shipping", it => it.After(Minute).When(Logistics.Failed("o-1-1", 1))),
        ["parcel-going-back"] = From("delivery-failed", it => it.When(Logistics.Failed("o-1-1", 2)).When(Logistics.Failed("o-1-1", 3))
            .Next(order => new ShipmentReturnRequested(order.Now, "o-1-1"))
            .Next(order => new ShipmentReturnAccepted(order.Now, "o-1-1"))),
        ["parcel-back"] = From("parcel-going-back", it => it.After(Minute).When(Logistics.Says(EventTypes.ReturnedToSender, "o-1-1"))
            .Next(order => new ShipmentRestocked(order.Now, "o-1-1", order.Order.Shipments[0].Lines))),
        ["parcel-lost"] = From("shipping", it => it.Next(order => new ShipmentLost(order.Now, "o-1-1")).Next(order => new ShipmentClosed(order.Now, "o-1-1"))),
        ["parcel-back-with-nothing-to-restock"] = From("shipping", it => it.Next(order => new ShipmentRestocked(order.Now, "o-1-1", []))),

        ["return-approved"] = From("return-awaits-approval", it => it.After(Minute).DecideRefund("r-1", approved: true)),
        ["return-rejected"] = From("return-awaits-approval", it => it.After(Minute).DecideRefund("r-1", approved: false)),
        ["return-estimated-again"] = From("return-awaits-pickup", it => it.Next(order => new RefundEstimated(order.Now, "r-1", RefundAmount.None with { Card = Won(7) }))),
        ["pickup-accepted"] = From("return-awaits-pickup", it => it.Next(order => new PickupAccepted(order.Now, "r-1"))),
        ["picked-up"] = From("pickup-accepted", it => it.After(Minute).PickUp("r-1")),
        ["picked-up-defective"] = From("pickup-accepted", it => it.After(Minute).PickUp("r-1", "defective")),
        ["approved-after-pickup"] = From("delivered", it => it.AskRefund("r-1", "defective", [Line("p-2"), Line("p-1", 2)], returnRequired: true)
            .After(Minute).DecideRefund("r-1", approved: true)),
        ["return-ended"] = From("pickup-accepted", it => it.After(Minute).EndReturn("r-1")),
        ["return-overdue"] = From("refund-asked", it => it.Next(order => new RefundOverdue(order.Now, "r-1"))),
        ["refund-pending"] = From("refund-asked", it => it.Next(order => new RefundMoneyPending(order.Now, "r-1"))),
        ["refunded-by-hand"] = From("refund-pending", it => it.Next(order => new RefundMoneyReturned(order.Now, "r-1", Won(20_000), null, ByHand: true))),
        ["refund-covered-by-the-payment-team"] = From("refund-pending", it => it.Next(order => new RefundMoneyReturned(order.Now, "r-1", Won(0), null))),
        ["refund-points-written-off"] = From("refunded-by-hand", it => it
            .Next(order => new PointsWrittenOff(order.Now, "r-1", "r-1", Won(4_000), "operator:kim", "the member is gone"))),
        ["claw-back-asked"] = From("completed", it => it.After(Minute).AskRefund("r-1", "defective", [Line("p-2")], returnRequired: false)
            .Next(order => new ClawBackRequested(order.Now, "r-1", Won(1_000)))),
        ["claw-back-of-nothing"] = From("claw-back-asked", it => it.Next(order => new PointsClawedBack(order.Now, "r-1", Won(0)))),
        ["claw-back-written-off"] = From("claw-back-asked", it => it.Next(
            order => new PointsWrittenOff(order.Now, "claw-back/r-1", "r-1", Won(1_000), "operator:kim", "the member is gone"))),
        ["points-withheld"] = From("completed", it => it.After(Minute).WithRefund("r-1", "defective", [Line("p-2")], memberHas: Won(100))),
        ["two-refunds"] = From("part-cancelled", it => it.After(Minute).Delivered().After(Minute).WithRefund("r-1", "defective", [Line("p-2")], returnRequired: false)),
        ["cancelled-and-returned-to-the-last-unit"] = From("part-cancelled", it => it.After(Minute).Delivered().After(Minute)
            .WithRefund("r-1", "defective", [Line("p-2")]).After(Minute).WithRefund("r-2", "wrong-item", [Line("p-1")])),
        ["returned-though-one-was-rejected"] = From("return-rejected", it => it.After(Minute).WithRefund("r-2", "wrong-item", [Line("p-1", 2), Line("p-2")])),
        ["refund-worth-nothing"] = Starting(() => OrderSpecification.Of(
            Request(Line("p-1"), Line("p-2", 9)), Facts(Product("p-1", 2_000), Product("p-2", 11_000)), new() { FreeShippingThreshold = Won(101_000) }).Delivered()
            .WithRefund("r-1", "change-of-mind", [Line("p-1")])),

        ["replacement-asked"] = From("exchanging", it => it
            .Next(order => new ReplacementChanged(order.Now, "e-1", new StockReservation { Status = StockStatus.Requested, RequestedAt = order.Now }))),
        ["replacement-reserved"] = From("replacement-asked", it => it.Next(order => new ReplacementChanged(order.Now, "e-1", Replacement(StockStatus.Reserved)))),
        ["replacement-released"] = From("replacement-reserved", it => it.Next(order => new ReplacementChanged(order.Now, "e-1", Replacement(StockStatus.Released)))
            .Next(order => new ReturnEnded(order.Now, "e-1", "operator:kim", "never collected"))),
        ["exchange-pickup-accepted"] = From("replacement-reserved", it => it.Next(order => new PickupAccepted(order.Now, "e-1"))),
        ["exchange-picked-up"] = From("exchange-pickup-accepted", it => it.After(Minute).PickUp("e-1").Next(order => new ReturnRestocked(order.Now, "e-1", [Line("p-1")]))),
        ["exchange-picked-up-defective"] = From("exchange-pickup-accepted", it => it.After(Minute).PickUp("e-1", "defective")),
        ["exchange-picked-up-with-nothing-to-restock"] = From("exchange-pickup-accepted", it => it.After(Minute).PickUp("e-1")
            .Next(order => new ReturnRestocked(order.Now, "e-1", []))),
        ["replacement-of-a-pre-order"] = From("replacement-asked", it => it
            .Next(order => new ReplacementChanged(order.Now, "e-1", new StockReservation { Status = StockStatus.Reserved }))),
        ["exchange-shipped"] = From("exchange-picked-up", it => it.Next(order => new ReplacementChanged(order.Now, "e-1", Replacement(StockStatus.Committed)))
            .Next(order => new ShipmentsRequested(order.Now, [new PlannedShipment("o-1-2", "w-1", [Line("p-1")])], "e-1"))
            .Next(order => new ExchangeShipped(order.Now, "e-1"))),
        ["exchanged"] = From("exchange-shipped", it => it.After(Minute).When(Logistics.Says(EventTypes.PartnerDelivered, "o-1-2"))),
        ["exchanged-after-completion"] = From("exchange-shipped", it => it.Next(order => new OrderCompleted(order.Now, "customer"))
            .Next(order => new ExchangeCompleted(order.Now, "e-1"))),
        ["exchange-without-replacement"] = From("replacement-asked", it => it.After(Minute).Converted("e-1")),

        ["waits-for-an-operator"] = From("combined", Waits),
        ["waits-for-an-operator-with-nothing-held"] = Starting(() => Waits(Combined().Priced())),
        ["waits-for-an-operator-while-teams-are-silent"] = From("coupon-asked", it => Waits(it.Next(order => new PointsUseRequested(order.Now)).Next(order => new StockReservationRequested(order.Now)))),
        ["waits-for-an-operator-with-another-amount-approved"] = From("approved-for-another-amount", Waits),
        ["waits-for-an-operator-after-everything-was-given-back"] = From("cancelled-and-given-back", Waits),
        ["waits-for-an-operator-after-delivery"] = From("partly-refunded", Waits),
        ["operator-has-decided"] = From("waits-for-an-operator", it => it
            .Next(order => new AttentionResolved(order.Now, "o-1-a1", RecoveryActions.Retry, "operator:kim", "again"))
            .Next(order => new AttentionResolved(order.Now, "o-1-a9", RecoveryActions.Retry, "operator:kim", "no such intervention"))),
        ["process-has-acted"] = From("operator-has-decided", it => it.Next(order => new AttentionClosed(order.Now, "o-1-a1"))),
        ["event-noted"] = From("paid", it => it.After(Minute).When(Team.Says(EventTypes.StatusUpdated, new { shipmentId = "o-1-1" }))),
        ["events-unapplied"] = From("paid", it => it.Next(order => new PartnerEventUnapplied(order.Now, Payment.Declined(1, id: "1")))
            .Next(order => new PartnerEventUnapplied(order.Now, Payment.Declined(1, id: "2")))),
        ["unapplied-event-settled"] = From("events-unapplied", it => it.Next(order => new UnappliedEventSettled(order.Now, "1"))),
    };

    private static TimeSpan Minute => TimeSpan.FromMinutes(1);

    private static ClaimCommand Claim => new("m-7", "GOLD", new DateOnly(2000, 5, 5), ClaimId: "c-1");

    public static IReadOnlyDictionary<string, Course> All => Courses;

    /// <summary>An order after a course, unusual or one of the phases.</summary>
    public static OrderSpecification At(string course) => Courses.TryGetValue(course, out var unusual) ? unusual.Play() : Phases.At(course);

    private static Course Starting(Func<OrderSpecification> start) => new(null, start);

    private static Course From(string earlier, Func<OrderSpecification, OrderSpecification> then) => new(earlier, () => then(At(earlier)));

    private static OrderSpecification Combined() => OrderSpecification.Of(
        Request(Line("p-1", 2), Line("p-2")) with { CouponCode = "COUPON", Points = Won(20_000), Payment = null, DeliveryNote = "문 앞" },
        Facts(Product("p-1", 30_000), Product("p-2", 60_000)) with { Member = Member("VIP", points: 50_000), Coupon = CouponOf(10_000) });

    private static OrderSpecification Guest() =>
        OrderSpecification.Of(Request(Line("p-1")) with { MemberId = null }, Facts(Product("p-1", 20_000)) with { Member = null });

    private static OrderSpecification PreOrder() => OrderSpecification.Of(Request(Line("p-1")), Facts(Product("p-1", 20_000) with { PreOrder = true }));

    private static OrderSpecification PointsAlone() => OrderSpecification.Of(
        Request(Line("p-1")) with { Points = Won(23_000) }, Facts(Product("p-1", 20_000)) with { Member = Member(points: 50_000) });

    private static OrderSpecification Failing(OrderSpecification order, int attempts) => Enumerable.Range(1, attempts).Aggregate(
        order, (failed, attempt) => failed.After(Minute).Paying().After(Minute).When(Payment.Declined(attempt)));

    private static OrderSpecification CompensatedAfterPayment(OrderSpecification order)
    {
        order.After(Minute).CancellationRefunded();
        return order.Next(after => new StockGivenBack(after.Now, LedgerKind.Restored, after.Order.StockLines))
            .Next(after => new PointsRestored(after.Now, null, after.Order.PointsToGiveBack));
    }

    private static StockReservation Replacement(StockStatus status) =>
        new() { Status = status, RequestedAt = OrderSpecification.Start, ReservationId = "res-2", Lines = [new ReservedLine("p-1", 1, "w-1")] };

    /// <summary>Every action that an intervention can allow, at three steps at once.</summary>
    private static OrderSpecification Waits(OrderSpecification order) => order
        .Next(stuck => new AttentionRaised(stuck.Now, new Attention(
            "o-1-a1", ProcessNames.Paying, "paying", "request-payment", "payment answers 503", [RecoveryActions.Retry, RecoveryActions.Compensate], stuck.Now)))
        .Next(stuck => new AttentionRaised(stuck.Now, new Attention(
            "o-1-a2", ProcessNames.Rewarding, "rewarding", "accrue-points", "member answers 400", [RecoveryActions.Retry, RecoveryActions.Skip], stuck.Now)))
        .Next(stuck => new AttentionRaised(stuck.Now, new Attention(
            "o-1-a3", ProcessNames.Return, "return/r-1", "restore-points", "the member is gone", [RecoveryActions.WriteOff, RecoveryActions.End], stuck.Now)
        {
            EndMeans = "the member gets no points back",
        }));
}
