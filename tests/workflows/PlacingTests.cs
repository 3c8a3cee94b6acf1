using System.Text.Json;
using OrderOrchestration.Partners.Faults;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows.Messages;
using Temporalio.Exceptions;

namespace OrderOrchestration.Tests.Workflows;

[Parallelizable(ParallelScope.Self)]
public sealed class PlacingTests : OrderTests
{
    [Test]
    public async Task 품절_상품은_주문_불가_a_shortage_leaves_the_order_cancelled_and_nothing_at_any_team()
    {
        var orderId = OrderHarness.NewOrderId();
        var order = await Harness.StartAsync(Requests.Combined(orderId) with { Lines = [new LineQuantity("p-602", 1), new LineQuantity("p-100", 2)] });

        var failure = (await Assert.ThrowsAsync<WorkflowUpdateFailedException>(order.WhenPlacedAsync))!.InnerException as ApplicationFailureException;
        var details = failure!.Details.ElementAt<JsonElement>(0);

        Assert.That(failure.ErrorType, Is.EqualTo("stock-shortage"));
        Assert.That(details.GetProperty("orderId").GetString(), Is.EqualTo(orderId));
        Assert.That(details.GetProperty("shortages")[0].GetProperty("productId").GetString(), Is.EqualTo("p-602"));
        Assert.That(details.GetProperty("recommendations").GetArrayLength(), Is.InRange(1, 3));
        var stored = await order.WhenInAsync(OrderStatus.Cancelled);
        Assert.That(stored.View.CancelReason, Is.EqualTo(CancelReason.StockShortage));
        Assert.That(stored.Has("product.stock-insufficient"));
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task Hotspot_18_쿠폰_중복_사용_불가_the_second_order_with_a_coupon_is_refused_and_leaves_nothing()
    {
        var first = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()) with { CouponCode = "WELCOME10" });
        var facts = Requests.Combined(OrderHarness.NewOrderId()) with { CouponCode = "WELCOME10" };
        await first.AskAsync(wf => wf.CancelAsync(new CancelCommand("test")));
        await first.WhenNothingIsHeldAsync();

        // Both orders were quoted while the coupon was free; the first of them redeems it.
        var quoted = await Harness.QuoteAsync(facts);
        await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()) with { CouponCode = "WELCOME10" });
        var second = await Harness.StartAsync(facts, quoted);

        Assert.That(await PlacedOrder.RefusalOfAsync(second.WhenPlacedAsync()), Is.EqualTo("coupon-rejected"));
        await second.WhenEndedAsync();
        Assert.That(second.Stored, Is.Null, "a refused order leaves nothing");
    }

    [Test]
    public async Task Points_refused_at_their_use_give_the_coupon_back_and_leave_nothing()
    {
        var request = Requests.Combined(OrderHarness.NewOrderId()) with { MemberId = "m-4", Points = new(5_000) };
        var quoted = await Harness.QuoteAsync(request);
        Harness.Teams.Member.SetPoints("m-4", 0);

        var order = await Harness.StartAsync(request, quoted);

        Assert.That(await PlacedOrder.RefusalOfAsync(order.WhenPlacedAsync()), Is.EqualTo("points-rejected"));
        await order.WhenEndedAsync();
        Assert.That(order.Stored, Is.Null);
        Assert.That((order.Account.CouponRedemptions, order.Account.CouponRestorations), Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task An_order_without_facts_asks_for_them_itself()
    {
        var order = await Harness.PlaceAsync(Requests.Plain(OrderHarness.NewOrderId()), withFacts: false);

        Assert.That((await order.ViewAsync()).Status, Is.EqualTo(OrderStatus.AwaitingPayment));
    }

    [Test]
    public async Task A_rule_that_breaks_once_the_facts_are_known_refuses_the_order()
    {
        var order = await Harness.StartAsync(Requests.Plain(OrderHarness.NewOrderId()) with { Lines = [new LineQuantity("p-500", 1)] }, withFacts: false);

        Assert.That(await PlacedOrder.RefusalOfAsync(order.WhenPlacedAsync()), Is.EqualTo("not-on-sale"));
        Assert.That((await order.WhenEndedAsync()).Refusal, Is.EqualTo("not-on-sale"));
        Assert.That(order.Stored, Is.Null);
    }

    [Test]
    public async Task Hotspot_7_orders_racing_for_the_last_unit_end_with_one_unit_sold()
    {
        var requests = Enumerable.Range(0, 8).Select(_ => Requests.Plain(OrderHarness.NewOrderId()) with { Lines = [new LineQuantity("p-600", 1)] }).ToList();

        var refusals = await Task.WhenAll(requests.Select(async request =>
            await PlacedOrder.RefusalOfAsync((await Harness.StartAsync(request)).WhenPlacedAsync())));

        Assert.That(refusals.Count(refusal => refusal is null), Is.EqualTo(1));
        Assert.That(refusals.Count(refusal => refusal == "stock-shortage"), Is.EqualTo(7));
    }

    [Test]
    public async Task Invariant_6_every_effect_happens_once_though_every_answer_gets_lost()
    {
        var order = await LoseFirstAnswersAsync(async () =>
        {
            var placed = await Harness.PlaceAsync(Requests.Combined(OrderHarness.NewOrderId()) with { MemberId = "m-101" });
            await placed.LetPaymentBeApprovedAsync();
            await placed.WhenInAsync(OrderStatus.Preparing);
            await placed.LetDeliverAsync();
            await placed.AskAsync(wf => wf.ConfirmAsync());
            await Harness.Calls.WhenAsync(() => placed.Account.PurchasesRecorded == 1);
            return placed;
        });

        var books = order.Account;
        Assert.That((books.CardCharged, books.PointsUsed, books.CouponRedemptions), Is.EqualTo((113_000L, 4_000L, 1)));
        Assert.That((books.Units.Single().Reserved, books.Units.Single().Committed), Is.EqualTo((2L, 2L)));
        Assert.That((books.Shipments.Count, books.PurchasesRecorded, books.PointsAccrued), Is.EqualTo((1, 1, 1_130L)));
    }

    private async Task<PlacedOrder> LoseFirstAnswersAsync(Func<Task<PlacedOrder>> during)
    {
        string[] calls =
        [
            "/coupons/*/redemptions", "/members/*/point-uses", "/stock-reservations", "/payments", "/stock-reservations/*/commit", "/shipments",
            "/members/*/point-accruals", "/members/*/purchases",
        ];
        Harness.Teams.Faults.Set([.. calls.Select(path => new FaultRule(Method: "POST", Path: path, Count: 1, LostAnswer: LostAnswer.Abort))]);

        try
        {
            return await during();
        }
        finally
        {
            Harness.Teams.Faults.Clear();
        }
    }
}
