using OrderOrchestration.Workflows.Messages;
using OrderOrchestration.Workflows.Rules;
using static OrderOrchestration.Tests.Unit.Given;

namespace OrderOrchestration.Tests.Unit.Rules;

[Parallelizable(ParallelScope.All)]
public sealed class OrderRulesTests
{
    private static readonly OrderFacts OneProduct = Facts(Product("p-1", 10_000));

    [Test]
    public void An_order_that_breaks_no_rule_is_admitted() =>
        Assert.That(OrderRules.Validate(Request(Line("p-1")), OneProduct, Policies), Is.Null);

    [TestCase(9_999, "minimum-order-amount")]
    [TestCase(10_000, null)]
    public void The_minimum_order_amount_is_judged_before_discounts(long price, string? slug)
    {
        var facts = Facts(Product("p-1", price)) with { Coupon = CouponOf(5_000) };

        Assert.That(Slug(Request(Line("p-1")) with { CouponCode = "COUPON" }, facts), Is.EqualTo(slug));
    }

    [TestCase(30, null)]
    [TestCase(31, "too-many-items")]
    public void An_order_holds_thirty_distinct_products(int products, string? slug)
    {
        var ids = Enumerable.Range(1, products).Select(i => $"p-{i}").ToArray();

        Assert.That(Slug(Request([.. ids.Select(id => Line(id, 2))]), Facts([.. ids.Select(id => Product(id, 10_000))])), Is.EqualTo(slug));
    }

    [Test]
    public void A_product_that_is_unknown_or_off_sale_is_named()
    {
        var facts = Facts(Product("p-1", 10_000), Product("p-2", 10_000) with { OnSale = false }, Product("p-3", 0) with { Known = false });

        var refusal = OrderRules.Validate(Request(Line("p-1"), Line("p-2"), Line("p-3")), facts, Policies);

        Assert.That(refusal?.Slug, Is.EqualTo("not-on-sale"));
        Assert.That(refusal!.Details.GetProperty("productIds").EnumerateArray().Select(id => id.GetString()), Is.EqualTo(new[] { "p-2", "p-3" }));
    }

    [Test]
    public void Hotspot_13_an_address_nobody_delivers_to_is_refused() =>
        Assert.That(Slug(Request(Line("p-1")), OneProduct with { Serviceability = new ServiceabilityFact(false, false) }), Is.EqualTo("undeliverable-address"));

    [TestCase("expired")]
    [TestCase("already-used")]
    [TestCase("conditions-not-met")]
    public void A_coupon_that_is_not_valid_is_refused_with_its_reason(string reason)
    {
        var facts = OneProduct with { Coupon = CouponOf(1_000) with { Valid = false, Reason = reason } };

        var refusal = OrderRules.Validate(Request(Line("p-1")) with { CouponCode = "COUPON" }, facts, Policies);

        Assert.That((refusal?.Slug, refusal?.Details.GetProperty("reason").GetString()), Is.EqualTo(("coupon-rejected", reason)));
    }

    [Test]
    public void A_coupon_below_its_own_minimum_is_refused() =>
        Assert.That(Slug(Request(Line("p-1")) with { CouponCode = "COUPON" }, OneProduct with { Coupon = CouponOf(1_000, minimum: 10_001) }), Is.EqualTo("coupon-rejected"));

    [TestCase(5_000, 5_000, null)]
    [TestCase(5_001, 5_000, "points-rejected")]
    [TestCase(13_000, 99_999, null)]
    [TestCase(13_001, 99_999, "points-rejected")]
    [TestCase(-1, 99_999, "points-rejected")]
    public void Points_are_the_members_own_and_never_more_than_what_is_payable(long points, long balance, string? slug) =>
        Assert.That(Slug(Request(Line("p-1")) with { Points = Won(points) }, OneProduct with { Member = Member(points: balance) }), Is.EqualTo(slug));

    [Test]
    public void A_guest_has_no_points() =>
        Assert.That(Slug(Request(Line("p-1")) with { MemberId = null, Points = Won(1) }, OneProduct with { Member = null }), Is.EqualTo("points-rejected"));

    [TestCase(999_999, null, null)]
    [TestCase(1_000_000, null, "identity-verification-required")]
    [TestCase(1_000_000, "m-1", null)]
    [TestCase(1_000_000, "m-2", "identity-verification-required")]
    public void From_a_million_won_the_payers_own_verified_identity_is_needed(long price, string? verifiedMember, string? slug)
    {
        var facts = Facts(Product("p-1", price)) with
        {
            IdentityVerification = verifiedMember is null ? null : new IdentityVerificationFact("v-1", Verified: true, verifiedMember),
        };

        Assert.That(Slug(Request(Line("p-1")), facts), Is.EqualTo(slug));
    }

    [Test]
    public void An_order_paid_later_is_asked_for_identity_when_it_is_paid() =>
        Assert.That(Slug(Request(Line("p-1")) with { Payment = null }, Facts(Product("p-1", 2_000_000))), Is.Null);

    private static string? Slug(OrderRequest request, OrderFacts facts) => OrderRules.Validate(request, facts, Policies)?.Slug;
}
