using OrderOrchestration.Partners.Scenarios;
using OrderOrchestration.Tests.Workflows.Harness;
using OrderOrchestration.Workflows;
using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Money;
using OrderOrchestration.Workflows.Rules;

namespace OrderOrchestration.Tests.Workflows;

/// <summary>The policies of domain §3, each by its name, at its default or at a value that the order was placed under.</summary>
[Parallelizable(ParallelScope.Self)]
public sealed class PoliciesTests : OrderTests
{
    [TestCase(10_000, "minimum-order-amount")]
    [TestCase(9_000, null)]
    public async Task MinimumOrderAmount_is_judged_by_the_product_amount(long minimum, string? slug) =>
        Assert.That(await RefusalAsync(Of("p-700", 3), new OrderPolicies { MinimumOrderAmount = new Won(minimum) }), Is.EqualTo(slug));

    [TestCase(1, "too-many-items")]
    [TestCase(2, null)]
    public async Task MaxCartItems_counts_distinct_products(int maximum, string? slug)
    {
        var request = Of("p-101", 5) with { Lines = [new LineQuantity("p-101", 5), new LineQuantity("p-202", 1)] };

        Assert.That(await RefusalAsync(request, new OrderPolicies { MaxCartItems = maximum }), Is.EqualTo(slug));
    }

    [Test]
    public async Task ReservationTtl_an_order_that_is_not_paid_in_time_gives_its_stock_back()
    {
        var order = await Harness.PlaceAsync(Of("p-101", 2) with { Payment = null }, new OrderPolicies { ReservationTtl = TimeSpan.FromMinutes(10) });

        await Harness.SkipAsync(TimeSpan.FromMinutes(11));

        Assert.That((await order.WhenInAsync(OrderStatus.Cancelled)).View.CancelReason, Is.EqualTo(CancelReason.ReservationExpired));
        await PaymentTests.NothingIsHeldAsync(order);
    }

    [Test]
    public async Task SimilarProductCount_so_many_products_are_recommended()
    {
        var order = await Harness.StartAsync(Of("p-602", 1), new OrderPolicies { SimilarProductCount = 1 });

        var details = await PlacedOrder.RefusalDetailsOfAsync(order.WhenPlacedAsync());

        Assert.That(details.GetProperty("recommendations").GetArrayLength(), Is.EqualTo(1));
    }

    [Test]
    public async Task VipDiscountRate_the_seeds_own_example_comes_out_to_the_won()
    {
        var order = await Harness.PlaceAsync(Of("p-100", 2) with { MemberId = "m-2", CouponCode = "WELCOME10" });

        Assert.That(
            (await order.ViewAsync()).Amounts,
            Is.EqualTo(new OrderAmounts(new Won(120_000), new Won(10_000), new Won(5_500), Won.Zero, Won.Zero, new Won(104_500))));
    }

    [TestCase("p-301", null, 0)]
    [TestCase("p-301", "WELCOME10", 3_000)]
    [TestCase("p-101", null, 3_000)]
    public async Task FreeShippingThreshold_and_ShippingFee_are_judged_after_discounts(string productId, string? coupon, long fee)
    {
        var order = await Harness.PlaceAsync(Of(productId, 1) with { MemberId = "m-110", CouponCode = coupon });

        Assert.That((await order.ViewAsync()).Amounts.ShippingFee, Is.EqualTo(new Won(fee)));
    }

    [Test]
    public async Task RemoteAreaSurcharge_is_charged_even_where_shipping_is_free_hotspot_13()
    {
        var plain = Of("p-100", 2);
        var order = await Harness.PlaceAsync(plain with { ShipTo = plain.ShipTo with { PostalCode = "63000" } });

        Assert.That((await order.ViewAsync()).Amounts.ShippingFee, Is.EqualTo(new Won(3_000)));
    }

    [Test]
    public async Task Hotspot_13_an_address_nobody_delivers_to_is_refused_and_leaves_nothing()
    {
        var plain = Of("p-100", 2);

        Assert.That(await RefusalAsync(plain with { ShipTo = plain.ShipTo with { PostalCode = "99999" } }), Is.EqualTo("undeliverable-address"));
    }

    [Test]
    public async Task MaxDiscountRate_coupon_and_tier_together_take_half_at_most()
    {
        var order = await Harness.PlaceAsync(Of("p-100", 2) with { MemberId = "m-2", CouponCode = "HALF60" });

        var amounts = (await order.ViewAsync()).Amounts;

        Assert.That(amounts.CouponDiscount + amounts.TierDiscount, Is.EqualTo(new Won(60_000)));
    }

    [Test]
    public async Task Hotspot_20_of_product_and_category_discount_the_better_one_counts()
    {
        var order = await Harness.PlaceAsync(Of("p-102", 1));

        Assert.That((await order.ViewAsync()).Lines.Single().UnitPrice, Is.EqualTo(new Won(36_000)));
    }

    [Test]
    public async Task PointAccrualRate_50_000_won_by_card_bring_500_points()
    {
        var order = await CompletedAsync(Of("p-103", 1) with { MemberId = "m-111" });

        await Harness.Calls.WhenAsync(() => order.Account.PointsAccrued > 0);
        Assert.That((order.Account.CardCharged, order.Account.PointsAccrued), Is.EqualTo((50_000L, 500L)));
    }

    [Test]
    public async Task BirthdayMonthMultiplier_in_the_month_of_the_birthday_it_is_twice_that()
    {
        var order = await CompletedAsync(Of("p-103", 1) with { MemberId = "m-4" });

        await Harness.Calls.WhenAsync(() => order.Account.PointsAccrued > 0);
        Assert.That(order.Account.PointsAccrued, Is.EqualTo(1_000));
    }

    [Test]
    public async Task Hotspot_25_a_tier_change_of_the_member_team_is_published_and_notified()
    {
        var order = await CompletedAsync(Of("p-301", 1) with { MemberId = "m-5" });

        await order.WhenAsync(stored => stored.Has("member.tier-changed"));
        Assert.That(order.Stored!.Templates, Does.Contain("tier-changed"));
    }

    [Test]
    public async Task 결제_완료_후_자동_출고_요청_a_paid_order_asks_for_its_parcels_by_itself()
    {
        var order = await Harness.PlaceAsync(Of("p-101", 2));
        Assert.That(order.Account.Shipments, Is.Empty);

        await order.LetPaymentBeApprovedAsync();

        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 1);
    }

    [Test]
    public async Task 예약_판매_상품은_재고_확인_없이_주문_가능_and_travels_in_a_shipment_of_its_own()
    {
        var order = await Harness.PlaceAsync(Of("p-101", 1) with { Lines = [new LineQuantity("p-101", 1), new LineQuantity("p-400", 1)] });
        await order.LetPaymentBeApprovedAsync();
        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 2);

        Assert.That(order.Account.Units.Where(units => units.Committed > 0).Select(units => units.ProductId), Is.EqualTo(new[] { "p-101" }));
    }

    [Test]
    public async Task 사용된_쿠폰은_환불_시_복원_불가_after_delivery_the_coupon_stays_used()
    {
        var order = await DeliveredAsync(Of("p-202", 5) with { MemberId = "m-112", CouponCode = "EVERY3" });

        await order.AskAsync(wf => wf.RequestRefundAsync(new RefundCommand("r-1", RefundReasons.Defective, false, null, "admin:a-1")));
        await order.WhenInAsync(OrderStatus.Refunded);

        Assert.That((order.Account.CouponRedemptions, order.Account.CouponRestorations), Is.EqualTo((1, 0)));
    }

    [Test]
    public async Task Hotspot_12_an_order_has_a_waybill_for_each_parcel_and_is_delivered_when_the_last_one_is()
    {
        var request = Of("p-101", 1) with { Lines = [new LineQuantity("p-603", 1), new LineQuantity("p-103", 1)] };
        Harness.Teams.Scenarios.Add(new ShipmentRule(OrderId: request.OrderId, WarehouseId: "wh-seoul", FailedDeliveries: 1));
        var order = await Harness.PlaceAsync(request);
        await order.LetPaymentBeApprovedAsync();
        await Harness.Calls.WhenAsync(() => order.Account.Shipments.Count == 2);

        var first = await order.LetUntilAsync(stored => stored.Has("logistics.delivered"));
        Assert.That(first.View.Status, Is.EqualTo(OrderStatus.Shipping), "the other parcel is still on its way");
        var both = await order.LetUntilAsync(stored => stored.IsIn(OrderStatus.Delivered));

        Assert.That(both.View.Shipments.Select(parcel => parcel.Waybill), Is.Unique.And.All.Not.Null);
    }

    private static OrderRequest Of(string productId, int quantity) =>
        Requests.Plain(OrderHarness.NewOrderId()) with { Lines = [new LineQuantity(productId, quantity)] };

    private async Task<string?> RefusalAsync(OrderRequest request, OrderPolicies? policies = null) =>
        await PlacedOrder.RefusalOfAsync((await Harness.StartAsync(request, policies)).WhenPlacedAsync());

    private async Task<PlacedOrder> DeliveredAsync(OrderRequest request)
    {
        var order = await Harness.PlaceAsync(request, new OrderPolicies { ShippingFee = Won.Zero });
        await order.LetPaymentBeApprovedAsync();
        await order.WhenInAsync(OrderStatus.Preparing);
        await order.LetDeliverAsync();
        await order.ViewAsync();
        return order;
    }

    private async Task<PlacedOrder> CompletedAsync(OrderRequest request)
    {
        var order = await DeliveredAsync(request);
        await order.AskAsync(wf => wf.ConfirmAsync());
        return order;
    }
}
