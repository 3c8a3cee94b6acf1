using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Orders.Events;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Orders;

/// <summary>How an order takes events that come late or twice. What each event changes is in <c>Courses.md</c>.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class OrderTests
{
    private static DateTimeOffset Later => OrderSpecification.Start.AddHours(1);

    [Test]
    public void An_event_of_an_earlier_moment_does_not_set_the_order_back()
    {
        var order = Phases.At("paid").Order.Apply(new ReservationExpired(Later));

        Assert.That(order.Apply(new ReservationExpired(OrderSpecification.Start)).UpdatedAt, Is.EqualTo(Later));
        Assert.That(order.Apply(new ReservationExpired(Later.AddSeconds(1))).UpdatedAt, Is.EqualTo(Later.AddSeconds(1)));
    }

    [Test]
    public void An_order_is_paid_since_its_first_approval()
    {
        var order = Phases.At("paid").Order;

        Assert.That(order.Apply(new PaymentApproved(Later, 1, "pay-1", "a-1", null)).PaidAt, Is.EqualTo(OrderSpecification.Start));
    }

    [Test]
    public void An_attempt_keeps_the_id_under_which_the_payment_team_opened_it()
    {
        var opened = Phases.At("paying").Order;

        DomainEvent[] others =
        [
            new PaymentOpened(Later, 1, "other"),
            new PaymentDeclined(Later, 1, "limit-exceeded", "other", null),
            new PaymentEnded(Later, 1, PaymentStatus.TimedOut, "other", null),
            new LatePaymentReceived(Later, 1, "other", Won(1), "late-payment", null),
        ];
        Assert.That(others.Select(change => opened.Apply(change).Payments[0].PaymentId), Is.All.EqualTo("pay-1"));
    }

    [Test]
    public void An_attempt_that_was_never_opened_takes_the_id_that_comes_with_its_end()
    {
        var asked = Phases.At("reserved").Next(order => new PaymentRequested(order.Now, "card", order.Order.Payable)).Order;

        DomainEvent[] ends =
        [
            new PaymentOpened(Later, 1, "late"),
            new PaymentDeclined(Later, 1, "limit-exceeded", "late", null),
            new PaymentEnded(Later, 1, PaymentStatus.TimedOut, "late", null),
            new LatePaymentReceived(Later, 1, "late", Won(1), "late-payment", null),
        ];
        Assert.That(ends.Select(change => asked.Apply(change).Payments[0].PaymentId), Is.All.EqualTo("late"));
    }

    [Test]
    public void A_late_payment_that_is_reported_twice_is_refunded_once()
    {
        var late = new LatePaymentReceived(Later, 1, "pay-1", Won(100_000), "late-payment", null);

        var order = Phases.At("declined").Order.Apply(late).Apply(late);

        Assert.That(order.Refunds.Select(refund => (refund.RefundId, refund.Amount.Card)), Is.EqualTo(new[] { ("o-1-p1", Won(100_000)) }));
    }

    [Test]
    public void A_foreign_refund_of_the_tenth_attempt_is_not_one_of_the_first()
    {
        var order = Enumerable.Range(1, 10).Aggregate(
            Phases.At("reserved"), (failed, attempt) => failed.Next(next => new PaymentRequested(next.Now, "card", next.Order.Payable)));

        order.Next(paid => new ForeignRefundFound(paid.Now, 10, "staff-1", Won(500), null));

        Assert.That((order.Order.ForeignRefunded(1), order.Order.ForeignRefunded(10)), Is.EqualTo((Won(0), Won(500))));
    }

    [Test]
    public void An_order_that_was_returned_whole_ended_for_that_reason_though_a_late_payment_is_given_back_after_it()
    {
        var order = Phases.At("declined").Paying().When(Payment.Approved(2, 100_000)).Delivered().WithRefund("r-1", "defective", [Line("p-1", 2), Line("p-2")]);

        order.Next(late => new LatePaymentReceived(late.Now, 1, "pay-1", Won(100_000), "late-payment", null));

        Assert.That((order.Order.Status, order.Order.EndReason), Is.EqualTo((OrderStatus.Refunded, "defective")));
    }

    [Test]
    public void A_change_of_what_the_order_does_not_have_changes_nothing()
    {
        var order = Phases.At("delivered").Order;

        DomainEvent[] foreign =
        [
            new ShipmentClosed(order.UpdatedAt, "o-9-1"), new RefundOverdue(order.UpdatedAt, "r-9"), new ExchangeShipped(order.UpdatedAt, "e-9"),
            new AttentionResolved(order.UpdatedAt, "a-9", RecoveryActions.Retry, "operator:kim", null),
        ];
        foreach (var change in foreign)
        {
            Assert.That(order.Apply(change), Is.EqualTo(order), change.ToString());
        }
    }
}
