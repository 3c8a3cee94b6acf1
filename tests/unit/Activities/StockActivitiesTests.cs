using System.Net;
using Moq;
using OrderOrchestration.Activities.Orders;
using OrderOrchestration.Activities.Partners;
using OrderOrchestration.Activities.Store.Received;
using OrderOrchestration.Workflows.Cancelling;
using OrderOrchestration.Workflows.Orders;
using OrderOrchestration.Workflows.Placing;
using OrderOrchestration.Workflows.Shipping;
using OrderOrchestration.Workflows.Steps;

namespace OrderOrchestration.Tests.Unit.Activities;

/// <summary>Stock as activities: an unknown outcome is requested again under its own key, and whatever is held is given back.</summary>
internal sealed class StockActivitiesTests : ActivityFixture
{
    private const string Reservations = "POST /stock-reservations";
    private const string Commit = "POST /stock-reservations/rsv-1/commit";
    private const string Release = "DELETE /stock-reservations/rsv-1";
    private const string Restorations = "POST /stock-restorations";

    private static readonly ReserveStock Reservation = new(null, OrderId, "o-1/reserve", [Given.Line("p-1", 2)], 1800, 3);

    private CancellingActivities Cancelling => new(new ProductClient(Team.Http), new PromotionClient(Team.Http), Records);

    private ShippingActivities Shipping => new(
        new ProductClient(Team.Http), new LogisticsClient(Team.Http), Mock.Of<IShipmentTracking>(MockBehavior.Strict), Records);

    [Test]
    public async Task Sold_stock_is_restored()
    {
        Team.Answers(Restorations, HttpStatusCode.Created);
        var answer = await RunAsync(() => Cancelling.RestoreStockAsync(Back("rsv-1", committed: true)));

        Assert.That((answer.Kind, Team.Lines.Single()), Is.EqualTo((LedgerKind.Restored, Restorations)));
    }

    [Test]
    public async Task A_reservation_is_released()
    {
        Team.Answers(Release, HttpStatusCode.NoContent);

        Assert.That((await RunAsync(() => Cancelling.RestoreStockAsync(Back("rsv-1")))).Kind, Is.EqualTo(LedgerKind.Released));
    }

    [TestCase(HttpStatusCode.NotFound)]
    [TestCase(HttpStatusCode.Gone)]
    public async Task A_reservation_that_has_expired_is_as_good_as_released(HttpStatusCode status)
    {
        Team.Answers(Release, status);

        Assert.That((await RunAsync(() => Cancelling.RestoreStockAsync(Back("rsv-1")))).Kind, Is.EqualTo(LedgerKind.Released));
    }

    [Test]
    public async Task A_reservation_whose_answer_never_came_is_asked_for_again_and_released()
    {
        Team.Answers(Reservations, HttpStatusCode.OK, new { reservationId = "rsv-1", expiresAt = "2026-01-01T00:00:00Z", lines = Array.Empty<object>() })
            .Answers(Release, HttpStatusCode.NoContent);
        await RunAsync(() => Cancelling.RestoreStockAsync(Back(reservationId: null)));

        Assert.That(Team.Calls.Select(call => (call.Line, call.Key)), Is.EqualTo(new[] { (Reservations, "o-1/reserve"), (Release, "o-1/release") }));
    }

    [Test]
    public async Task A_reservation_that_was_a_shortage_leaves_nothing_to_give_back()
    {
        Team.Answers(Reservations, HttpStatusCode.Conflict, new { shortages = new[] { new { productId = "p-1", available = 1, requested = 2 } } });
        var answer = await RunAsync(() => Cancelling.RestoreStockAsync(Back(reservationId: null)));

        Assert.That((answer.Kind, answer.Units.Count), Is.EqualTo((LedgerKind.Released, 0)));
    }

    [TestCase(HttpStatusCode.OK, LedgerKind.Restored, Restorations)]
    [TestCase(HttpStatusCode.Gone, LedgerKind.Released, Release)]
    public async Task A_sale_whose_answer_never_came_is_asked_for_again_before_it_is_undone(HttpStatusCode commit, LedgerKind kind, string undo)
    {
        Team.Answers(Commit, commit).Answers(undo, HttpStatusCode.OK);
        var answer = await RunAsync(() => Cancelling.RestoreStockAsync(
            Back("rsv-1") with { Commit = new CommitStock(null, OrderId, "rsv-1", "o-1/commit") }));

        Assert.That(answer.Kind, Is.EqualTo(kind));
        Assert.That(Team.Calls.Select(call => (call.Line, call.Key)), Is.EqualTo(new[] { (Commit, "o-1/commit"), (undo, "o-1/release") }));
    }

    [TestCase(HttpStatusCode.OK, true)]
    [TestCase(HttpStatusCode.Gone, false)]
    public async Task A_commit_of_an_expired_reservation_is_an_answer_and_no_failure(HttpStatusCode status, bool committed)
    {
        Team.Answers(Commit, status);

        Assert.That((await RunAsync(() => Shipping.CommitStockAsync(new CommitStock(Record, OrderId, "rsv-1", "o-1/commit")))).Committed, Is.EqualTo(committed));
    }

    [Test]
    public async Task Parcels_are_stopped_one_by_one_and_those_already_gone_are_named()
    {
        Team.Answers("POST /shipments/s-1/cancel", HttpStatusCode.OK).Answers("POST /shipments/s-2/cancel", HttpStatusCode.Conflict);
        var answer = await RunAsync(() => Shipping.StopShipmentsAsync(new StopShipments(Record, OrderId, ["s-1", "s-2"], [], "o-1/stop")));

        Assert.That((answer.Stopped.Single(), answer.Refused.Single()), Is.EqualTo(("s-1", "s-2")));
        Assert.That(Team.Calls.Select(call => call.Key), Is.EqualTo(new[] { "o-1/stop/s-1", "o-1/stop/s-2" }));
    }

    [Test]
    public async Task A_team_that_goes_away_between_two_parcels_leaves_the_step_to_be_repeated()
    {
        Team.Answers("POST /shipments/s-1/cancel", HttpStatusCode.OK).Answers("POST /shipments/s-2/cancel", HttpStatusCode.BadGateway);
        var failure = await FailureOfAsync(() => Shipping.StopShipmentsAsync(new StopShipments(Record, OrderId, ["s-1", "s-2"], [], "o-1/stop")));

        Assert.That((failure.ErrorType, failure.NonRetryable), Is.EqualTo((StepFailureTypes.PartnerUnavailable, false)));
    }

    [TestCase(false, HttpStatusCode.Conflict, false)]
    [TestCase(false, HttpStatusCode.OK, true)]
    [TestCase(true, HttpStatusCode.OK, true)]
    public async Task A_coupon_is_restored_where_it_was_redeemed(bool certain, HttpStatusCode redemption, bool wasHeld)
    {
        Team.Answers("POST /coupons/WELCOME10/redemptions", redemption, new { reason = "used" }).Answers("POST /coupons/WELCOME10/restorations", HttpStatusCode.OK);
        var answer = await RunAsync(() => Cancelling.RestoreCouponAsync(
            new RestoreCoupon(Record, new RedeemCoupon(OrderId, "m-1", "WELCOME10", "o-1/coupon"), certain, "o-1/coupon-restore")));

        Assert.That(answer.WasHeld, Is.EqualTo(wasHeld));
        Assert.That(Team.Lines.Contains("POST /coupons/WELCOME10/restorations"), Is.EqualTo(wasHeld));
    }

    private static RestoreStockRequest Back(string? reservationId, bool committed = false) =>
        new(Record, OrderId, Reservation, reservationId, Commit: null, committed, [Given.Line("p-1", 2)], "cancelled", "o-1/release");
}
