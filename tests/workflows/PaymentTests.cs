using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Partners.Teams;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;

namespace OrderOrchestration.Tests.Workflows;

[Parallelizable(ParallelScope.Self)]
public sealed class PaymentTests : OrderTests
{
    [Test]
    public async Task After_a_decline_the_customer_pays_again_within_the_reservation()
    {
        var order = await PlaceAsync("card-insufficient-balance");
        var declined = await order.LetAsync("payment.declined");
        Assert.That((declined.View.Payments.Single().Status, declined.View.Payments.Single().DeclineCode), Is.EqualTo((PaymentStatus.Declined, "insufficient-balance")));
        Assert.That(declined.Templates, Does.Contain("payment-declined"));

        await PayAsync(order, "card");
        await order.LetPaymentBeApprovedAsync();

        Assert.That((await order.WhenInAsync(OrderStatus.Preparing)).View.Payments.Select(attempt => attempt.Status), Is.EqualTo(new[] { PaymentStatus.Declined, PaymentStatus.Approved }));
        Assert.That(order.Account.CardCharged, Is.EqualTo(33_000));
    }

    [Test]
    public async Task PaymentRetries_a_payment_fails_four_times_then_the_order_ends_and_everything_is_given_back()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()).PayingBy("card-limit-exceeded"));
        for (var attempt = 1; attempt <= 4; attempt++)
        {
            await order.LetAsync("payment.declined", attempt);
            if (attempt < 4)
            {
                await PayAsync(order, "card-limit-exceeded");
            }
        }

        var ended = await order.WhenEndedAsync();

        Assert.That((ended.Status, ended.CancelReason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.PaymentFailure)));
        await NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Hotspot_4_there_is_at_most_one_open_attempt()
    {
        var order = await PlaceAsync("card");

        Assert.That(await PlacedOrder.RefusalOfAsync(PayAsync(order, "card")), Is.EqualTo("payment-in-progress"));
        Assert.That(order.Account.Payments, Has.Count.EqualTo(1));
    }

    [Test]
    public async Task PaymentTimeout_an_attempt_times_out_after_five_minutes_and_leaves_nothing_pending()
    {
        var order = await PlaceAsync("card-no-answer");

        await Harness.SkipAsync(TimeSpan.FromMinutes(5));
        var timedOut = await order.WhenAsync(stored => stored.Has("order.payment-timed-out"));

        Assert.That(timedOut.View.Payments.Single().Status, Is.EqualTo(PaymentStatus.TimedOut));
        Assert.That(timedOut.Templates, Does.Contain("payment-timed-out"));
        Assert.That(order.Account.PendingPayments, Is.Zero);
        Assert.That(timedOut.View.Status, Is.EqualTo(OrderStatus.AwaitingPayment));
    }

    [Test]
    public async Task Hotspot_5_at_a_time_out_the_true_state_is_asked_and_an_approval_counts()
    {
        var order = await PlaceAsync("card-no-webhook");
        await order.LetTeamsActAsync();

        await Harness.SkipAsync(TimeSpan.FromMinutes(5));
        var paid = await order.WhenInAsync(OrderStatus.Preparing);

        Assert.That(paid.View.Payments.Single().Status, Is.EqualTo(PaymentStatus.Approved));
        Assert.That(paid.Has("payment.approved"));
    }

    [Test]
    public async Task A_cancellation_after_a_time_out_that_comes_too_late_is_refunded_at_once()
    {
        var order = await PlaceAsync("card-too-late-to-cancel");

        await Harness.SkipAsync(TimeSpan.FromMinutes(5));
        var refunded = await order.WhenAsync(stored => stored.Has("order.refund-completed"));

        Assert.That(refunded.View.Status, Is.EqualTo(OrderStatus.AwaitingPayment));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((33_000L, 33_000L)));
    }

    [Test]
    public async Task A_customers_cancel_that_comes_too_late_means_the_order_is_paid_and_goes_on()
    {
        var order = await PlaceAsync("card-too-late-to-cancel");

        await order.AskAsync(wf => wf.CancelPaymentAsync());
        var paid = await order.WhenInAsync(OrderStatus.Preparing);

        Assert.That(paid.View.Payments.Single().Status, Is.EqualTo(PaymentStatus.Approved));
        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((33_000L, 0L)));
    }

    [Test]
    public async Task An_attempt_that_the_customer_cancels_is_cancelled_and_not_failed()
    {
        var order = await PlaceAsync("card-no-answer");

        var view = await order.AskAsync(wf => wf.CancelPaymentAsync());

        Assert.That(view.Payments.Single().Status, Is.EqualTo(PaymentStatus.Cancelled));
        Assert.That(order.Stored!.Types, Does.Contain("order.payment-cancelled"));
        Assert.That(order.Account.PendingPayments, Is.Zero);
    }

    [Test]
    public async Task PaymentRetries_a_decline_that_is_found_when_the_attempt_is_cancelled_counts_as_a_failure()
    {
        var order = await PlaceAsync("card-limit-exceeded");
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            await order.LetAsync("payment.declined", attempt);
            await PayAsync(order, "card-limit-exceeded");
        }

        Harness.Teams.Faults.Set(new FaultRule(Team.Payment, Webhooks: new WebhookFault(DelayMs: 500)));
        await order.LetTeamsActAsync();
        await order.AskAsync(wf => wf.CancelPaymentAsync());
        var ended = await order.WhenEndedAsync();

        Assert.That((ended.Status, ended.CancelReason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.PaymentFailure)));
        await NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Hotspot_4_an_approval_for_a_closed_attempt_is_refunded_at_once_and_shown()
    {
        var order = await PlaceAsync("card-approved-after-cancel");
        await order.AskAsync(wf => wf.CancelPaymentAsync());

        await order.LetPaymentBeApprovedAsync();
        await order.WhenAsync(stored => stored.Has("order.refund-completed"));

        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((33_000L, 33_000L)));
        Assert.That(order.Stored!.View.Status, Is.EqualTo(OrderStatus.AwaitingPayment));
    }

    [Test]
    public async Task Hotspot_4_money_that_comes_after_the_order_was_cancelled_goes_back_too()
    {
        var order = await PlaceAsync("card-approved-after-cancel");
        await order.AskAsync(wf => wf.CancelAsync(new CancelCommand("changed my mind")));

        await order.LetPaymentBeApprovedAsync();
        await order.WhenEndedAsync();

        Assert.That((order.Account.CardCharged, order.Account.CardRefunded), Is.EqualTo((33_000L, 33_000L)));
        Assert.That(order.Stored!.View.Status, Is.EqualTo(OrderStatus.Cancelled));
    }

    [Test]
    public async Task Hotspot_10_the_reservation_of_an_order_whose_payment_timed_out_runs_out_by_itself()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).PayingBy("card-no-answer"));
        await Harness.SkipAsync(OrderHarness.Usual.PaymentTimeout);
        await order.WhenAsync(stored => stored.Has("order.payment-timed-out"));
        await order.WhenAtRestAsync();

        await Harness.SkipAsync(OrderHarness.Usual.ReservationTtl);

        var ended = await order.WhenEndedAsync();
        Assert.That((ended.Status, ended.CancelReason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.ReservationExpired)));
        Assert.That(order.Stored!.Templates, Does.Contain("reservation-expiring").And.Contain("reservation-expired"));
    }

    [Test]
    public async Task Hotspot_10_ReservationExpiryNotice_the_customer_is_notified_before_the_reservation_runs_out_and_when_it_has()
    {
        var order = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()) with { Payment = null });
        Assert.That((await order.ViewAsync()).Status, Is.EqualTo(OrderStatus.StockReserved));

        await Harness.SkipAsync(TimeSpan.FromMinutes(25.5));
        Assert.That((await order.WhenAsync(stored => stored.Templates.Contains("reservation-expiring"))).View.Status, Is.EqualTo(OrderStatus.StockReserved));
        await Harness.SkipAsync(TimeSpan.FromMinutes(5));
        var ended = await order.WhenEndedAsync();

        Assert.That((ended.Status, ended.CancelReason), Is.EqualTo((OrderStatus.Cancelled, CancelReason.ReservationExpired)));
        Assert.That(order.Stored!.Templates, Does.Contain("reservation-expired").And.Contain("order-cancelled"));
        await NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Nothing_left_to_pay_by_card_means_paid_at_once()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()) with { Points = new(33_000) });

        await order.WhenInAsync(OrderStatus.Preparing);

        Assert.That((order.Account.Payments.Count, order.Account.PointsUsed), Is.EqualTo((0, 33_000L)));
    }

    [Test]
    public async Task IdentityVerificationThreshold_a_million_won_paid_later_needs_the_payers_verified_identity_then()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()) with { Lines = [new LineQuantity("p-300", 1)], Payment = null });

        Assert.That(await PlacedOrder.RefusalOfAsync(PayAsync(order, "card")), Is.EqualTo("identity-verification-required"));
        var view = await order.AskAsync(wf => wf.PayAsync(new PayCommand("card", "iv-m-1")));

        Assert.That(view.Payments.Single().Status, Is.EqualTo(PaymentStatus.Pending));
    }

    /// <summary>What other teams hold for an order is given back after the answer, so this waits before it asserts.</summary>
    internal static async Task NothingIsHeldAsync(PlacedOrder order)
    {
        await order.WhenNothingIsHeldAsync();
        var books = order.Account;
        Assert.That(books.CardRefunded, Is.EqualTo(books.CardCharged), "card");
        Assert.That(books.PendingPayments, Is.Zero, "pending payments");
        Assert.That(books.PointsRestored, Is.EqualTo(books.PointsUsed), "points");
        Assert.That(books.CouponRestorations, Is.EqualTo(books.CouponRedemptions), "coupon");
        Assert.That(books.Units.Sum(units => units.Held), Is.Zero, "stock held");
        Assert.That(books.Units.Sum(units => units.Restored), Is.EqualTo(books.Units.Sum(units => units.Committed)), "stock sold");
    }

    private static Task<OrderView> PayAsync(PlacedOrder order, string method) => order.AskAsync(wf => wf.PayAsync(new PayCommand(method)));

    private Task<PlacedOrder> PlaceAsync(string method) => Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()).PayingBy(method));
}
